"""Quota account: use cases."""
