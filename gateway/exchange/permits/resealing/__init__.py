"""Re-sealing: permits get seals of a new key, and partners a list of them."""
