"""Tables of the journal: records, seals, prunings, legal holds, anchors; replay cache."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

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
    Column("answer", LargeBinary, nullable=False),  # without stored content
    Column("answer_content", Text),  # references to stored content (journal/rows.py)
    # Questions that we asked, for the history of foreign permits. Partial: exchanges that come in,
    # which are the many, cost nothing.
    Index(
        "ix_exchange_asked",
        "permit_number",
        "callee",
        sqlite_where=text("direction = 'out'"),
        postgresql_where=text("direction = 'out'"),
    ),
    # Exchanges of partners and acts of our people about a permit of ours (permit_trail.py).
    Index(
        "ix_exchange_of_permit",
        "permit_number",
        "id",
        sqlite_where=text("direction <> 'out'"),
        postgresql_where=text("direction <> 'out'"),
    ),
)

taken_message = Table(
    "taken_message",
    metadata,
    Column("partner", String(35), primary_key=True),  # key of the partner that signed it
    Column("mark", SHA256, primary_key=True),  # digest; 64 zeros: high-water mark of the partner
    Column("kept_until", MOMENT, nullable=False),  # in UTC, of one length
    Index("ix_taken_message_kept_until", "kept_until"),
)

journal_leaf = Table(
    "journal_leaf",
    metadata,
    # no foreign key: a leaf outlives its record
    Column("exchange_id", String(36), primary_key=True),
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
    # answer of the time-stamping authority (RFC 3161) to the statement of the head
    Column("stamp", LargeBinary, nullable=False),
)

journal_pruned = Table(
    "journal_pruned",
    metadata,
    Column("name", SHA256, primary_key=True),  # id of a record, or SHA-256 of content
    # the journal record of the pruning (exchange/journal/records/pruning.py)
    Column("pruning_id", String(36), primary_key=True),
)
"""Records and content that may be deleted; triggers of the database refuse all other deletions."""

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
"""Legal holds. Triggers of the database refuse deletions until the release."""

journal_release = Table(
    "journal_release",
    metadata,
    Column("hold_id", ForeignKey("journal_hold.id"), primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

partner_head = Table(
    "partner_head",
    metadata,
    Column("id", Integer, primary_key=True),  # in the order they came
    Column("partner", String(35), nullable=False),
    Column("journal", String(64), nullable=False),
    Column("batch", Integer, nullable=False),
    Column("digest", SHA256, nullable=False),  # of the statement
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("certificates", LargeBinary, nullable=False),  # chain of the signer, PEM
    Column("received_at", MOMENT, nullable=False),
    Column("exchange_id", String(36), nullable=False),  # record in which it came
    Column("contradicts", Boolean, nullable=False),  # does not fit those held before it
    UniqueConstraint("partner", "journal", "batch", "digest"),
)
"""Heads of partners' journals that are held here. Append-only."""

journal_anchor = Table(
    "journal_anchor",
    metadata,
    Column("anchor", String(64), primary_key=True),  # file, mail, partner:KEY
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("sealed_at", MOMENT, nullable=False),  # of the head
    Column("at", MOMENT, nullable=False),
    # countersignature of a partner; empty elsewhere
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("certificates", LargeBinary, nullable=False),
)
"""Heads of this journal that are kept in other places. Append-only."""
