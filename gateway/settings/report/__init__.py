"""Settings of the annual report."""
