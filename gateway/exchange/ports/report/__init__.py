"""Ports of the annual report: records of trade, and the files that it is written to."""
