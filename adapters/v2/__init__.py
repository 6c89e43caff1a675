"""Schema version 2: toolkit 2.0, CITESEPermit."""
