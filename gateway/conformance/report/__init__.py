"""Conformance report: one content, written as JSON, JUnit XML and a page for people."""
