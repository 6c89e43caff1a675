"""Keys and certificates; the only home of cryptography."""
