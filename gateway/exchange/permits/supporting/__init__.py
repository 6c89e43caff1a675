"""Use cases of supporting documents: add, list, hand out, remove."""
