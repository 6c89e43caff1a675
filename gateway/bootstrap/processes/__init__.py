"""Processes of `serve`: what they import before they are forked, and their errors."""
