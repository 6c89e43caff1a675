"""Journal use cases: sealing, verification, retention, legal hold, time-stamps and evidence."""
