"""Paper part of a gateway: codes of printed permits, key lists, the printed form."""
