"""Tables of state that all nodes of a service share."""

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
"""Maintenance mode of all nodes. Append-only."""

shared_key = Table(
    "shared_key",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
)
"""Fingerprints of keys that must be the same on all nodes; nothing of the keys themselves."""

compatibility = Table(
    "compatibility",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: the only row
    Column("oldest", String(32), nullable=False),
)
"""Oldest revision whose gateways may use this database; others refuse to start (migrating.py)."""
