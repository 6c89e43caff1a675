"""States of permits, for the status lists of verifiable credentials."""
