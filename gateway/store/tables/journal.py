"""The journal of exchanges, and messages that were taken before."""

from sqlalchemy import Column, Index, LargeBinary, String, Table, Text

from gateway.store.tables.columns import MOMENT, SHA256, metadata

exchange = Table(
    "exchange",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7, also the incident number
    Column("direction", String(8), nullable=False),
    Column("began_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT, nullable=False),
    Column("operation", Text),
    Column("caller", Text),
    Column("callee", Text),
    Column("fingerprint", Text),
    Column("permit_number", Text),
    Column("outcome", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),  # but for the content that it names
    Column("answer_content", Text),  # what belongs in between, and where (journal.py)
)

taken_message = Table(
    "taken_message",
    metadata,
    Column("partner", String(35), primary_key=True),  # key of the partner that signed it
    Column("mark", SHA256, primary_key=True),
    Column("kept_until", MOMENT, nullable=False),  # in UTC, of one length
    Index("ix_taken_message_kept_until", "kept_until"),
)
