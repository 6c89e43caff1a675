"""Tables of the JSON API: keys, call budgets, requests that are done once."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.tables.columns import MOMENT, SHA256, metadata

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", String(12), primary_key=True),  # the prefix of the key
    Column("digest", SHA256, nullable=False),  # of its secret
    Column("system", Text, nullable=False),
    Column("authority", String(73), nullable=False),  # country and code
    Column("scopes", Text, nullable=False),  # separated by spaces
    Column("networks", Text, nullable=False),  # likewise; empty: any
    Column("calls_per_minute", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Column("used_on", String(10)),  # day, UTC
)
"""Keys of other systems. Rows are never removed: the journal names them."""

api_budget = Table(
    "api_budget",
    metadata,
    Column("key_id", ForeignKey("api_key.key_id"), primary_key=True),
    Column("window_began", MOMENT, nullable=False),
    Column("calls", Integer, nullable=False),
)
"""Calls of each key in its newest window."""

api_request = Table(
    "api_request",
    metadata,
    Column("key_id", ForeignKey("api_key.key_id"), primary_key=True),
    Column("idempotency_key", String(100), primary_key=True),
    Column("digest", SHA256, nullable=False),
    Column("operation_id", String(36), nullable=False, unique=True),  # UUIDv7
    Column("began_at", MOMENT, nullable=False),
    Column("status", Integer),  # of HTTP
    Column("answer", LargeBinary),  # JSON
    Index("ix_api_request_began_at", "began_at"),
)
"""Requests that change something, by the idempotency key of their caller."""
