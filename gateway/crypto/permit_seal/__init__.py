"""Permit seals: detached XAdES signatures over permit documents, made and verified."""
