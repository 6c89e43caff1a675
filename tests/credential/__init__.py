"""Tests of verifiable credentials."""
