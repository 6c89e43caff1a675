"""Tokens of verifiable credentials: compact JWS with ES256."""
