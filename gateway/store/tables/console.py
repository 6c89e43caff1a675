"""Tables of the operator console: daily counts of exchanges, and changes of the configuration."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from gateway.store.tables.columns import MOMENT, SHA256, metadata

exchange_count = Table(
    "exchange_count",
    metadata,
    Column("day", String(10), primary_key=True),  # ISO 8601, in UTC
    Column("direction", String(8), primary_key=True),
    Column("partner", String(35), primary_key=True),  # key; empty: not known
    Column("outcome", String(70), primary_key=True),
    Column("duration", Integer, primary_key=True, autoincrement=False),  # class of answer time
    Column("times", BigInteger, nullable=False),
    Column("newest", String(36), nullable=False),  # id of the newest exchange
)
"""Exchanges by day, for charts. A background job counts them."""

exchange_counted = Table(
    "exchange_counted",
    metadata,
    Column("name", String(16), primary_key=True),  # exchanges: the only row
    Column("position", String(36), nullable=False),  # id up to which they are counted
)
"""Position of the background job that counts."""

configuration_change = Table(
    "configuration_change",
    metadata,
    Column("exchange_id", String(36), primary_key=True),  # journal record with the text
    Column("at", MOMENT, nullable=False),
    Column("node", Text, nullable=False),  # name of the machine
    Column("digest", SHA256, nullable=False),  # of the redacted text
    Index("ix_configuration_change_node", "node", "exchange_id"),
)
"""Starts of a process with another configuration than before. Append-only."""
