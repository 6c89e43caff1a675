"""Records of risk in the database."""
