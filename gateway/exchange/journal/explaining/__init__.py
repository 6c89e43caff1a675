"""Explanation of an exchange for a person on call: partner, fault, and the party that must act."""
