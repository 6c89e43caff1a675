"""Tables of the outbox: confirmations for partners, and the history of their delivery."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.tables.columns import MOMENT, NUMBER, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("country", String(2), nullable=False),  # that issued the permit
    Column("permit_number", NUMBER, nullable=False),
    Column("token", LargeBinary),  # encrypted; null: the permit has none, or it is over
    Column("quantities", Text, nullable=False),  # JSON: [[letter of the line, amount as text], ...]
    Column("units", Text),  # JSON: unit by letter of the line, where it was known
    Column("person", Text, nullable=False),  # who confirmed, by name
    Column("created_at", MOMENT, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", MOMENT, nullable=False),  # not before; in UTC, of one length
    Column("confirmation_id", Text),  # as the partner named it
    Index("ix_outbox_state", "state", "country", "permit_number"),
    Index("ix_outbox_permit", "country", "permit_number", "id"),
)
"""Quantities that our customs counted and a partner has to confirm."""

outbox_event = Table(
    "outbox_event",
    metadata,
    Column("outbox_id", ForeignKey("outbox.id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 0
    Column("at", MOMENT, nullable=False),
    Column("state", String(16), nullable=False),  # after this event
    # `booked`, `ok`, the code of an error, or the decision of a person
    Column("outcome", Text, nullable=False),
    Column("person", Text),  # who decided; null: the gateway itself
    Column("reason", Text),
)
"""State changes of each delivery. Append-only."""
