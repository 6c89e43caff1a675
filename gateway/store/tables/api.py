"""Tables of the JSON API: keys, call budgets, requests that are done once, webhooks."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.tables.columns import MOMENT, NUMBER, SHA256, metadata

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

webhook = Table(
    "webhook",
    metadata,
    Column("webhook_id", String(36), primary_key=True),  # UUIDv7
    Column("key_id", ForeignKey("api_key.key_id"), nullable=False),
    Column("authority", String(73), nullable=False),
    Column("address", Text, nullable=False),
    Column("kinds", Text, nullable=False),  # separated by spaces
    Column("secret", LargeBinary, nullable=False),  # encrypted
    Column("created_at", MOMENT, nullable=False),
)
"""Addresses that are told of events of permits."""

permit_event = Table(
    "permit_event",
    metadata,
    Column("event_id", String(80), primary_key=True),  # the same for the same event
    Column("permit_id", Integer, nullable=False),
    Column("place", Integer, nullable=False),  # from 0, of this permit
    Column("kind", String(16), nullable=False),
    Column("authority", String(73), nullable=False),
    Column("number", NUMBER, nullable=False),
    Column("at", MOMENT, nullable=False),  # of an expiry: in the future
    Index("ix_permit_event_permit", "permit_id", "place"),
)
"""Events of permits, since there is a webhook."""

webhook_message = Table(
    "webhook_message",
    metadata,
    Column("webhook_id", String(36), primary_key=True),
    Column("event_id", String(80), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Index("ix_webhook_message_due", "state", "due_at"),
)
"""Events on their way to webhooks."""

webhook_cursor = Table(
    "webhook_cursor",
    metadata,
    Column("id", Integer, primary_key=True),  # 1
    Column("at", MOMENT, nullable=False),  # changes before it were looked at
)
"""How far permits were looked at for events; one row."""
