"""Client certificates of callers: issuing CA, subject or pin, revocation (CRL and OCSP)."""
