"""Certificates of a partner's file, and ours for it."""
