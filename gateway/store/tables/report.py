"""Table of the annual report: settled differences of counts."""

from sqlalchemy import Column, String, Table, Text

from gateway.store.tables.columns import MOMENT, NUMBER, metadata

mismatch_settlement = Table(
    "mismatch_settlement",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7, also of the audit record
    Column("at", MOMENT, nullable=False),
    Column("issuer", String(40), nullable=False),  # `MZ/ANAC` of ours, else a country
    Column("permit_number", NUMBER, nullable=False),
    Column("position", Text, nullable=False),  # letter of the line
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    Column("agreed", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("partner_person", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Settlements by persons of both sides. Append-only."""
