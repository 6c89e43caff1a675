"""Check page /check: verifies printed permits in a browser, also without a network."""
