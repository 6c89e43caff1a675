"""Traceability: documents of a chain are found here and with partners, and traced."""
