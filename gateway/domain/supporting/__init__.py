"""Supporting documents of permits: their kinds, and the rules for a file to be kept."""
