"""Permit codes and key lists: signing and verifying. The only home of cbor2."""
