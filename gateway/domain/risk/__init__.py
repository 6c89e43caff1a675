"""Risk: named indicators of a permit, each with its evidence, and the sum of their weights."""
