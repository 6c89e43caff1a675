"""Checks of a working directory: files that its configuration names, and their readers."""
