"""Commands of reference data that is fetched, and of what it changes."""
