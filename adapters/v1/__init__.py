"""Schema version 1: toolkit 1.0, CBFShip."""
