"""Preparation of permits on all processor cores."""
