"""Commands of the conformance kit."""
