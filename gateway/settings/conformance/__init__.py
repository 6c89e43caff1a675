"""Settings of the conformance kit: files that partners write for it."""
