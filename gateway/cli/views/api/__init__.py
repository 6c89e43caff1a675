"""Views of API keys and webhooks."""
