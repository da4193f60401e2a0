"""Files down: name, then fetch, then verify."""
