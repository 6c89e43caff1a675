"""Domain: permits, their ledger and rules as lawyers and officers know them.

Standard library only: no XML, no SQL, no HTTP.
"""
