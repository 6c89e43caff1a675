"""Settings of customs declarations."""
