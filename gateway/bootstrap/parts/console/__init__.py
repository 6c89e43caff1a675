"""Console part of a gateway."""
