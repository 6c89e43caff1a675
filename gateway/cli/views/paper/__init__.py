"""Views of permit codes, verdicts on them, and key lists."""
