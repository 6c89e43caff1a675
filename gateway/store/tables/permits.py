"""Permits with their documents, and what was confirmed on them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store.tables.columns import MILLIONTHS, MOMENT, NUMBER, SHA256, metadata

authority = Table(
    "authority",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("country", String(2), nullable=False),
    Column("code", NUMBER, nullable=False),
    UniqueConstraint("country", "code"),
)

permit = Table(
    "permit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authority.id"), nullable=False),
    Column("number", NUMBER, nullable=False),
    Column("status", String(16), nullable=False),
    Column("successor", NUMBER),
    Column("token_hash", LargeBinary),
    Column("countries", Text, nullable=False),  # with an eye on it by right: a sorted JSON list of codes
    Column("attachments", Integer, nullable=False),  # how many, so that most answers need not ask
    Column("revision", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    Column("content", Text, nullable=False),  # the Permit (permit_json.py); last, so that SQLite need not read past it
    UniqueConstraint("authority_id", "number"),
    # All that a look-up wants to know, so that it need not read the rows, which are long and far apart.
    Index(
        "ix_permit_look_up",
        *["authority_id", "number", "id", "revision", "status", "successor", "token_hash", "countries", "attachments"],
    ),
)

content = Table(
    "content",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", SHA256, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    UniqueConstraint("sha256"),
)
"""What permits and the journal are made of, each kept once, whoever names it."""

document = Table(
    "document",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("version", String(8), primary_key=True),
    Column("form", String(16), primary_key=True),
    Column("content_id", ForeignKey("content.id"), nullable=False),
    Column("seal_id", ForeignKey("content.id", name="fk_document_content_seal")),  # null: not sealed
)

attachment = Table(
    "attachment",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 0, in the order they were given
    Column("name", Text, nullable=False),
    Column("content_id", ForeignKey("content.id"), nullable=False),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("permit_id", ForeignKey("permit.id"), nullable=False),
    Column("place", Integer, nullable=False),  # from 0, in the order they came
    Column("caller", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("message_sha256", SHA256, nullable=False),
    Column("person", Text),  # of the issuing authority, by name; null: the caller booked it itself
    Column("reason", Text),
    UniqueConstraint("permit_id", "place"),
)

confirmed_quantity = Table(
    "confirmed_quantity",
    metadata,
    Column("confirmation_id", ForeignKey("confirmation.id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 0, in the order of the permit
    Column("position", Text, nullable=False),  # letter of the line
    Column("amount", Text, nullable=False),
    Column("unit", Text),
    UniqueConstraint("confirmation_id", "position"),
)

ledger_line = Table(
    "ledger_line",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("position", Text, primary_key=True),  # letter of the line
    Column("authorised", MILLIONTHS, nullable=False),  # box 11
    Column("confirmed_at_export", MILLIONTHS, nullable=False),
    Column("confirmed_at_import", MILLIONTHS, nullable=False),
    CheckConstraint("confirmed_at_export BETWEEN 0 AND authorised", name="ck_ledger_line_export"),
    CheckConstraint("confirmed_at_import BETWEEN 0 AND authorised", name="ck_ledger_line_import"),
)
"""What the events add up to. The database itself never lets it pass box 11, whoever books at the same time.

No row for a line that may be endorsed again and again (multi-use documents).
"""

reversal = Table(
    "reversal",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("confirmation_id", ForeignKey("confirmation.id"), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),  # who answers for it, by name
    Column("reason", Text, nullable=False),
    UniqueConstraint("confirmation_id"),
)
"""A confirmation that counts no longer. Never changed, as the confirmation itself is not."""

declaration = Table(
    "declaration",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("permit_id", ForeignKey("permit.id"), nullable=False),
    Column("place", Integer, nullable=False),  # from 0, in the order they came; the last is in force
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),  # who answers for it, by name
    Column("reason", Text, nullable=False),
    Column("used_up", Boolean, nullable=False),
    UniqueConstraint("permit_id", "place"),
)
"""Is a permit used up, whatever remains of it? Never changed."""
