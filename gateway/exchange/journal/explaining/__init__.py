"""Explanation of an exchange for a person on call: whose it was, what it said, who must act."""
