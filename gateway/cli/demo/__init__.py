"""Demonstration: two gateways on a machine, and an exchange between them from end to end."""
