"""Verifiable credentials as documents: W3C VCDM 2.0, with the permit as JSON-LD in it."""
