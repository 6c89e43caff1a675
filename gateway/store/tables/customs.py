"""Table of the customs desk: look-ups of foreign permits by officers."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.tables.columns import MOMENT, NUMBER, metadata

customs_look_up = Table(
    "customs_look_up",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("country", String(2), nullable=False),  # that issued the permit
    Column("permit_number", NUMBER, nullable=False),
    Column("token", LargeBinary),  # encrypted; null: the permit has none
    Column("final", Boolean, nullable=False),
    Column("asked_at", MOMENT, nullable=False),
    Column("due_at", MOMENT, nullable=False),  # of the next attempt
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("version", String(8)),  # schema version of the document
    Column("document", LargeBinary),
    Column("attachments", LargeBinary),  # JSON: the seals, [[name, content in base64], ...]
    Column("refusal", Text),  # JSON: [code, text, code of the partner]
    Column("fetched_at", MOMENT),  # of an earlier copy
    Column("answered_at", MOMENT),
    Column("seen", Boolean, nullable=False),
    Index("ix_customs_look_up_person_id", "person_id", "asked_at"),
    Index("ix_customs_look_up_due", "state", "due_at"),
)
"""Questions of officers, with the newest answer. Rows are removed after some days."""
