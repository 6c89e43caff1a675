"""Private keys and certificates: files, hardware tokens, CSR, rotation, expiry."""
