"""How commands run that take long or change something: one at a time, asked first, reported, told to a monitor."""
