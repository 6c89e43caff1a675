"""WS-Security: signatures, Timestamp and UsernameToken of SOAP messages."""
