"""Tables of permits: documents, files, confirmations, reversals, and the ledger."""

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
    # that may see the permit: a sorted JSON list of codes
    Column("countries", Text, nullable=False),
    # number of files that partners get, so that answers without any need no second query
    Column("attachments", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    # the Permit (permit_json.py); last, so that SQLite need not read past it
    Column("content", Text, nullable=False),
    UniqueConstraint("authority_id", "number"),
    Index("ix_permit_changed_at", "changed_at"),
    # Covering index: a look-up reads no rows, which are long and far apart.
    Index(
        "ix_permit_look_up",
        *[
            "authority_id",
            "number",
            "id",
            "revision",
            "status",
            "successor",
            "token_hash",
            "countries",
            "attachments",
        ],
    ),
    # The newest permits of a status, which a rare status would else be looked for among all.
    Index("ix_permit_of_status", "authority_id", "status", "id"),
)

content = Table(
    "content",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", SHA256, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    UniqueConstraint("sha256"),
)
"""Content of permits and of the journal, each stored once (content-addressed)."""

document = Table(
    "document",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("version", String(8), primary_key=True),
    Column("form", String(16), primary_key=True),
    Column("content_id", ForeignKey("content.id"), nullable=False),
    # null where there is no seal
    Column("seal_id", ForeignKey("content.id", name="fk_document_content_seal")),
)

loss_note = Table(
    "loss_note",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("version", String(8), primary_key=True),
    Column("form", String(16), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 0, in the order of the writer
    Column("box", String(8), nullable=False),
    Column("position", Text),  # letter of the line; null: the whole document
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("path", Text, nullable=False),
)
"""Values of a permit for which the schema version of a document has no element."""

former_document = Table(
    "former_document",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("version", String(8), primary_key=True),
    Column("form", String(16), primary_key=True),
    # of the audit record in the journal that says who replaced it, and why
    Column("exchange_id", String(36), primary_key=True),
    Column("content_id", ForeignKey("content.id"), nullable=False),
    # null where it had no seal
    Column("seal_id", ForeignKey("content.id", name="fk_former_document_content_seal")),
    Column("replaced_at", MOMENT, nullable=False),
)
"""Documents that were replaced when their permit was rewritten, with their seals. Append-only."""

former_seal = Table(
    "former_seal",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("version", String(8), primary_key=True),
    Column("form", String(16), primary_key=True),
    Column(
        "seal_id", ForeignKey("content.id", name="fk_former_seal_content_seal"), primary_key=True
    ),
    # the document that it covers
    Column("content_id", ForeignKey("content.id"), nullable=False),
    # SHA-256 of the certificate that made it
    Column("signer", SHA256, nullable=False),
    Column("replaced_at", MOMENT, nullable=False),
    # of the audit record in the journal that says who replaced it, and why
    Column("exchange_id", String(36), nullable=False),
)
"""Seals that were replaced by those of another key. Append-only."""

attachment = Table(
    "attachment",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 0, in the order they were given
    Column("name", Text, nullable=False),
    Column("content_id", ForeignKey("content.id"), nullable=False),
)

supporting_document = Table(
    "supporting_document",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("permit_id", ForeignKey("permit.id"), nullable=False),
    Column("place", Integer, nullable=False),  # from 0, in the order they were added
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("type", String(32), nullable=False),  # media type
    Column("size", Integer, nullable=False),  # in bytes
    Column("lines", Text, nullable=False),  # JSON list of letters; empty: the whole permit
    Column("for_partners", Boolean, nullable=False),
    Column("content_id", ForeignKey("content.id"), nullable=False),
    Column("added_at", MOMENT, nullable=False),
    Column("added_by", Text, nullable=False),  # who answers for it, by name
    Column("reason", Text, nullable=False),
    # null until it is removed; its file stays
    Column("removed_at", MOMENT),
    Column("removed_by", Text),
    Column("removal_reason", Text),
    UniqueConstraint("permit_id", "place"),
)
"""Evidence that the authority keeps with a permit. Rows are never deleted."""

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
"""Confirmed totals. CHECK constraints keep them within box 11, also under concurrent confirmations.

Lines that may be endorsed again and again (multi-use documents) have no row.
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
"""Reversed confirmations. Append-only, as confirmations are."""

declaration = Table(
    "declaration",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("permit_id", ForeignKey("permit.id"), nullable=False),
    # from 0, in the order they came; the last is in force
    Column("place", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),  # who answers for it, by name
    Column("reason", Text, nullable=False),
    Column("used_up", Boolean, nullable=False),
    UniqueConstraint("permit_id", "place"),
)
"""Declarations that a permit is used up, or no longer so, whatever remains of it. Append-only."""
