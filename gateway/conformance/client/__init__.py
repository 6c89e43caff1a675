"""Conformance of a client: the list of what a partner's client has to do, ticked as it calls."""
