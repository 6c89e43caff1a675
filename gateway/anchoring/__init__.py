"""Anchoring: places outside of this gateway where heads of the journal are kept."""
