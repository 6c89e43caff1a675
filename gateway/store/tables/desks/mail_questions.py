"""Table of questions by mail to authorities without an electronic system."""

from sqlalchemy import Column, Index, String, Table, Text

from gateway.store.tables.columns import MOMENT, NUMBER, SHA256, metadata

mail_question = Table(
    "mail_question",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("country", String(2), nullable=False),
    Column("permit_number", NUMBER, nullable=False),
    Column("addressee", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("boxes", Text, nullable=False),  # JSON: pairs of box and value
    Column("asked_by", Text, nullable=False),
    Column("asked_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("token_sha256", SHA256, nullable=False, unique=True),  # of the secret in the link
    Column("mailed_at", MOMENT),  # null: the mail server did not take the mail
    Column("answered_at", MOMENT),
    Column("answer", Text),  # JSON
    Column("authority", Text, nullable=False, server_default=""),  # of the officer: MZ/MA
    Index("ix_mail_question_address", "address", "asked_at"),
    Index("ix_mail_question_authority", "authority", "id"),
)
