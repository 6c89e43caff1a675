"""Accounts of people in the database."""
