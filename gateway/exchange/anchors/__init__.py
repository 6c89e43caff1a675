"""Anchors: heads of the journal are kept in other places, so that no one rewrites it alone."""
