"""JSON API: keys of other systems, call budget, idempotency, records of calls."""
