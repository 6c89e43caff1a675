"""Tests of the domain: supporting documents."""
