"""Availability part of a gateway: probes, history and planned windows of partners."""
