"""Store of supporting documents of permits."""
