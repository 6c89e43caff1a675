"""Tables of customs declarations: events of the quantities that their lines hold."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from gateway.store.tables.columns import MOMENT, NUMBER, metadata

declaration_use = Table(
    "declaration_use",
    metadata,
    Column("id", String(36), nullable=False, unique=True),  # UUIDv7
    Column("country", String(2), primary_key=True),  # that issued the permit
    Column("permit_number", NUMBER, primary_key=True),
    Column("declaration", NUMBER, primary_key=True),
    Column("item", NUMBER, primary_key=True),  # line of the declaration
    Column("place", Integer, primary_key=True, autoincrement=False),  # from 0
    Column("act", String(16), nullable=False),
    Column("position", NUMBER, nullable=False),  # letter of the line of the permit
    Column("amount", Text, nullable=False),  # in the unit of box 11
    Column("allowed", Text, nullable=False),  # box 14, else box 11
    Column("unit", Text),  # as the permit writes it
    Column("authority", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("lapses_at", MOMENT),  # in UTC, of one length
    Column("outgoing", String(36)),  # id in the outbox
    # code of our authority that issued the permit; empty: a partner did
    Column("holder", String(70), nullable=False, server_default=""),
    # no foreign key: the record may be pruned before this row
    Column("exchange_id", String(36), nullable=False),
    Index("ix_declaration_use_declaration", "declaration"),
    Index("ix_declaration_use_lapses_at", "lapses_at"),
)
"""Quantities reserved, written off, released, lapsed, amended, confirmed. Append-only."""
