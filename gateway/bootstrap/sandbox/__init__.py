"""Sandbox: its permits and their reset, and what its pages offer."""
