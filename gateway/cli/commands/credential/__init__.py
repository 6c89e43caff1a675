"""Commands for verifiable credentials."""
