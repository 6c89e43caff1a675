"""Views of permits of ours: as shown, their loss notes, and what is written anew."""
