"""The client's only floor that speaks HTTP: credentials, signing, retrying, limits, the session, paging."""
