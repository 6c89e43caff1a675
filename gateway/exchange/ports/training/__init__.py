"""Port of the training course."""
