"""Commands of national sources."""
