"""Audit records: what our own staff and jobs did, as records of the journal, each with its form."""
