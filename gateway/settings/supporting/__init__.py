"""Settings of supporting documents."""
