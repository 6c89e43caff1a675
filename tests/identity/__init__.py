"""Tests of what people show to sign in."""
