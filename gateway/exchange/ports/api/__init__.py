"""Ports of the JSON API: keys with their budgets, and requests that are answered once."""
