"""Identity: passwords, codes of an authenticator and passkeys. The home of their libraries."""
