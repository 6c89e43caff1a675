"""Ports of people who sign in: accounts, sessions, and the parts that judge what they show."""
