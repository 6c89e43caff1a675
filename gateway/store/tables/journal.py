"""The journal of exchanges, its seals, what was removed from it and what must stay, and messages taken before."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from gateway.store.tables.columns import MOMENT, NUMBER, SHA256, metadata

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

journal_stamp = Table(
    "journal_stamp",
    metadata,
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("kept_at", MOMENT, nullable=False),
    Column(
        "stamp", LargeBinary, nullable=False
    ),  # what the authority answered (RFC 3161) over the statement of the head
)

journal_pruned = Table(
    "journal_pruned",
    metadata,
    Column("name", SHA256, primary_key=True),  # id of a record, or SHA-256 of content
    Column("pruning_id", String(36), primary_key=True),  # the record of the journal that says so (pruning.py)
)
"""What may be deleted: triggers of the database refuse everything else."""

journal_hold = Table(
    "journal_hold",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("name", NUMBER, nullable=False),  # number of a permit, or id of a record
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_journal_hold_name", "name"),
)
"""What must not be deleted until it is released, which triggers of the database see to as well."""

journal_release = Table(
    "journal_release",
    metadata,
    Column("hold_id", ForeignKey("journal_hold.id"), primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
