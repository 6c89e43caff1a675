"""Permit code: what the QR code on a printed permit says, and what it is worth offline."""
