"""Who you are: credentials, and the formats that people keep cookies in. No HTTP."""
