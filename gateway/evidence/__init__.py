"""Evidence from the journal: the files that go with it, a script that verifies it and a README."""
