"""Supporting documents of permits: what they are, and what a file must be to be kept."""
