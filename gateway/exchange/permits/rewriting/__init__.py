"""Rewriting: permits that were published under former rules are written by those of today."""
