"""API keys of other systems, events of permits, refused entries about both."""
