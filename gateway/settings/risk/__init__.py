"""Settings of risk."""
