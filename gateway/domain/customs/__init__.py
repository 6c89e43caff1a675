"""Customs desk: comparison of a paper with its permit, and the use of a foreign permit."""
