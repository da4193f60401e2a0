"""Which commands there are, what each takes, and where the values of flags come from that nobody gave."""
