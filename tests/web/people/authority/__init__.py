"""The desk of an authority: search, permits, decisions, notices; pages and hostile requests."""
