"""Sharing of the mismatch queue: differences and acts of persons go between two gateways."""
