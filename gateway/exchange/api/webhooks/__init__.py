"""Webhooks of API keys: registration, collection of events, delivery."""
