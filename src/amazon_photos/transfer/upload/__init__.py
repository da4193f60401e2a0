"""Files up: plan, then send, then verify."""
