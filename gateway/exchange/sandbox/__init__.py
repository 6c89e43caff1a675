"""Sandbox: the permits that it always holds, and the outcome that each gives."""
