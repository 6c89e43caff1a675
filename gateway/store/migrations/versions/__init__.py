"""Revisions, each after its `down_revision`."""
