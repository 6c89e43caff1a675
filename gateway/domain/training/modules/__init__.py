"""Modules of the training course, one file each."""
