"""Questions by mail: asked by customs, answered by an authority without a system."""
