"""Ports of availability data: results of exchanges with partners, probes, planned windows."""
