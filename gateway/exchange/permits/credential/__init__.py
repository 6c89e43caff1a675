"""Verifiable credentials of permits: issued, revoked by status lists, verified."""
