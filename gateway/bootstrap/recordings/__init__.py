"""Recordings part: exchanges recorded out of the journal or HAR files, and replayed."""
