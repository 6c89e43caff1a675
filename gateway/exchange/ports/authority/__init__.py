"""Ports of the desk of an authority: search of its permits, and the trail of one of them."""
