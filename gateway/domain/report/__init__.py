"""Annual report: rows from the exchange of permits, and counts that differ between countries."""
