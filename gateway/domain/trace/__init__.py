"""Traceability: a permit, the documents that its goods came with, and the sums of both."""
