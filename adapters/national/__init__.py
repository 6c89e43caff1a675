"""National records: exports of national permit systems, in JSON or CSV, become permits.

The record format is explained in docs/national-records.md.
"""
