"""Fitting of a permit to a schema version: values without an element, as near as it allows."""
