"""Tests of the pages on installing: each command as it stands there, in fresh roots."""
