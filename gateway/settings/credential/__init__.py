"""Settings of verifiable credentials, [credential]."""
