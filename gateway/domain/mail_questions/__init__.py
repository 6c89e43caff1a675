"""Questions by mail to an authority that has no electronic system, and their answers."""
