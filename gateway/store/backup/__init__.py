"""Logical backup of the database: a snapshot of every table, and its restoration."""
