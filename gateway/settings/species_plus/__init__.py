"""Settings of the client of Species+."""
