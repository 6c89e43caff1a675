"""Risk of permits: facts are gathered, judged, and listed for inspection."""
