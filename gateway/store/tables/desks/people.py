"""Tables of people who sign in: accounts, roles, passkeys, sessions, codes, failed sign-ins."""

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
    false,
)

from gateway.store.tables.columns import MOMENT, SHA256, metadata

person = Table(
    "person",
    metadata,
    Column("person_id", String(36), primary_key=True),  # UUIDv7
    Column("name", String(70), nullable=False, unique=True),  # in small letters
    Column("full_name", Text, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("disabled_at", MOMENT),
    Column("password_hash", Text),  # with salt and parameters
    Column("totp_secret", LargeBinary),  # encrypted
    Column("totp_step", Integer, nullable=False),  # of the last code that was taken
    Column("failures", Integer, nullable=False),  # since the last success
    Column("failed_at", MOMENT),
)
"""People. Rows are never removed: the journal names them."""

person_role = Table(
    "person_role",
    metadata,
    Column("person_id", ForeignKey("person.person_id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("authority", String(73), primary_key=True),  # country and code
)
"""Roles of people at authorities."""

passkey = Table(
    "passkey",
    metadata,
    Column("credential", LargeBinary, primary_key=True),  # id, at most 1023 bytes
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # COSE
    Column("sign_count", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Index("ix_passkey_person_id", "person_id"),
)
"""Public keys of authenticators (WebAuthn)."""

web_session = Table(
    "web_session",
    metadata,
    Column("digest", SHA256, primary_key=True),  # of the secret in the cookie
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("is_full", Boolean, nullable=False),  # the second factor was shown
    Column("began_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
    Column("address", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("by_sign_on", Boolean, nullable=False, server_default=false()),
    Column("provider_session", SHA256),  # of the issuer and its id of the session there
    Index("ix_web_session_person_id", "person_id"),
)
"""Sessions of people."""

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("digest", SHA256, primary_key=True),
    Column("person_id", ForeignKey("person.person_id"), nullable=False, unique=True),
    Column("expires_at", MOMENT, nullable=False),
)
"""Codes by which a person sets a new password; one for a person."""

failed_sign_in = Table(
    "failed_sign_in",
    metadata,
    Column("address", String(50), primary_key=True),
    Column("since", MOMENT, nullable=False),
    Column("failures", Integer, nullable=False),
)
"""Wrong passwords by address, within a window of time. Rows whose window is over are removed."""

person_link = Table(
    "person_link",
    metadata,
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", ForeignKey("person.person_id"), nullable=False, unique=True),
    Column("roles_by_claims", Boolean, nullable=False),
    Column("linked_at", MOMENT, nullable=False),
)
"""People of a national sign-on that are people here. A person has one link at most."""

sign_on_answer = Table(
    "sign_on_answer",
    metadata,
    Column("digest", SHA256, primary_key=True),  # of the state of a question, or a token's id
    Column("until", MOMENT, nullable=False),
)
"""Answers of a sign-on, and logout tokens, that were taken: each counts once.

Rows are removed when they are old.
"""
