"""Training course: use cases."""
