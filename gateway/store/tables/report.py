"""Tables of the annual report: differences of counts that are shared, their acts, settlements."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

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
    Column("agreement", String(36)),  # act by which both gateways agreed; null: a person says so
)
"""Settlements by persons of both sides. Append-only."""

shared_mismatch = Table(
    "shared_mismatch",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("partner", String(35), nullable=False),  # key
    Column("issuer", String(40), nullable=False),  # `MZ/ANAC` of ours, else a country
    Column("permit_number", NUMBER, nullable=False),
    Column("position", Text, nullable=False),  # letter of the line
    Column("ours", Text, nullable=False),  # quantity with unit; empty: no difference seen
    Column("ours_as_of", MOMENT, nullable=False),
    Column("theirs", Text),  # as the partner told it; null before it did
    Column("theirs_as_of", MOMENT),
    Column("waits_since", MOMENT),  # for a person of ours; null: it does not
    Column("due_at", MOMENT),  # of the next delivery; null: nothing to tell
    Column("attempts", Integer, nullable=False),  # failures in a row
    Column("outcome", Text, nullable=False),  # of the last delivery
    UniqueConstraint("partner", "issuer", "permit_number", "position"),
    Index("ix_shared_mismatch_due", "partner", "due_at"),
)
"""Differences that go between this gateway and that of a partner."""

mismatch_act = Table(
    "mismatch_act",
    metadata,
    Column("mismatch_id", String(36), primary_key=True),
    Column("act_id", String(36), primary_key=True),  # by the side that acted
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ours", Boolean, nullable=False),
    Column("quantity", Text, nullable=False),  # with unit
    Column("role", String(16), nullable=False),
    Column("authority", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),  # of ours by name; empty of the partner
    Column("at", MOMENT, nullable=False),
    Column("seen_ours", Text),  # both counts as our person saw them
    Column("seen_theirs", Text),
    Column("taken_at", MOMENT),  # null: the issuing side has not taken it
    Column("refusal", String(20), nullable=False),  # why it did not; empty
)
"""Acts of persons of both sides on these differences. Never removed, and never said anew."""

mismatch_partner = Table(
    "mismatch_partner",
    metadata,
    Column("partner", String(35), primary_key=True),
    Column("outcome", Text, nullable=False),  # of the last message
    Column("at", MOMENT, nullable=False),
)
"""State of the shared queue with each partner."""
