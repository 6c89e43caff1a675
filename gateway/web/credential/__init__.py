"""Files that verifiers of credentials fetch, on the listener for people."""
