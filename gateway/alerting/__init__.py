"""Alerting: alerts that are sent away from this machine, by webhook and by mail."""
