"""Availability of partners: results of every exchange, probes, history, planned windows."""
