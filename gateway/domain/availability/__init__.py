"""Availability of partners: results of exchanges, and planned windows."""
