"""Publications of our own permits: their list, their cancellation, and the record of each file."""
