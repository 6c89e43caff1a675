"""Adapters: national records, the Permit, and the permit documents of the two schema versions."""
