"""The journal of exchanges, its seals, and messages that were taken before."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

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

journal_leaf = Table(
    "journal_leaf",
    metadata,
    Column("exchange_id", String(36), primary_key=True),  # no foreign key: it shall outlive its record
    Column("batch", Integer, nullable=False),
    Column("place", Integer, nullable=False),  # in its batch, from 0
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("batch", "place"),
)

journal_head = Table(
    "journal_head",
    metadata,
    Column("batch", Integer, primary_key=True, autoincrement=False),  # from 1, without a gap
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),  # empty: no key was configured
    Column("certificates", LargeBinary, nullable=False),  # chain of the signer, PEM
)
