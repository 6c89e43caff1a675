"""What all nodes of a service have to agree on."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, Text

from gateway.store.tables.columns import MOMENT, metadata

service_mode = Table(
    "service_mode",
    metadata,
    Column("id", Integer, primary_key=True),  # grows; the highest is in force
    Column("maintenance", Boolean, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Is the service closed for maintenance, on all nodes? Append-only."""

shared_key = Table(
    "shared_key",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
)
"""Of each key that must be the same on all nodes, what tells it from others and nothing of it."""

compatibility = Table(
    "compatibility",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: the only row
    Column("oldest", String(32), nullable=False),
)
"""Oldest revision whose gateways may still use this database; those that do not know it stay out (migrating.py)."""
