"""Permit code: the signed content of the QR code on a printed permit, and its worth offline."""
