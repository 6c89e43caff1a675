"""Ports of the operator console: lines of the journal, daily counts, configurations, durations."""
