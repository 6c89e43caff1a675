"""Supporting documents of permits: their kinds, and the rules that a file has to follow."""
