"""Replay: answers and requests from recordings, and the comparison of what comes back."""
