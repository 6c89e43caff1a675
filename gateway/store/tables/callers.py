"""Table of the certificates that callers have shown."""

from sqlalchemy import Column, String, Table, Text

from gateway.store.tables.columns import MOMENT, SHA256, metadata

shown_certificate = Table(
    "shown_certificate",
    metadata,
    Column("sha256", SHA256, primary_key=True),  # of the DER form
    Column("partner", String(35), primary_key=True),  # key; empty: of no partner
    Column("subject", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("serial", String(42), nullable=False),  # hexadecimal
    Column("not_before", MOMENT, nullable=False),
    Column("not_after", MOMENT, nullable=False),
    Column("shown_at", MOMENT, nullable=False),  # for the first time
)
"""Subject, serial and dates behind the fingerprints of the journal. Rows are never changed."""
