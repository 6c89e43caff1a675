"""Reference data: taxa, listings, ranges, quotas, suspensions, registers, as rules need them.

The data come from files that an authority imports (docs/listings.md), never from this program: a
listing changes with each Conference of the Parties. Data that are not imported
give no finding.
"""
