"""The client's only floor that speaks HTTP: retries, limits, the session, paging."""
