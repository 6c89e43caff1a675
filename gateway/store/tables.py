"""Which tables are there, and what stands in each column?

Moments are text (moments.py), amounts are decimals as text, so that both databases keep them exactly.
A confirmation is never changed; a record of the journal and the content it names are never changed, and deleted only
when their time is over: triggers of the migrations see to it.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

NUMBER = String(70)
"""Number of a permit, letter of a line, code of an authority: at most 70 characters (identifiers.py)."""

SHA256 = String(64)
"""Hex digest."""

MOMENT = String(48)
"""ISO 8601 (moments.py)."""

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
