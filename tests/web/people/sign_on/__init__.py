"""Tests of the national sign-on."""
