"""Conformance report: its content, written as JSON, JUnit XML and a page for people."""
