"""Tests of people in the domain."""
