"""Tables of reference data: imports, taxa, their names, and what is said of them."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from gateway.store.tables.columns import MOMENT, metadata

reference_import = Table(
    "reference_import",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7, of the journal record
    Column("kind", String(16), primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("files", Text, nullable=False),  # JSON: [[name, SHA-256], ...]
    # when the kind was last replaced whole, empty for never; null: at this import
    Column("whole_at", MOMENT),
)
"""Imports; the newest of a kind is what is there. Append-only."""

reference_taxon = Table(
    "reference_taxon",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # of the list of taxa
    Column("body", Text, nullable=False),  # the Taxon as JSON (listings/row_json.py)
)

reference_name = Table(
    "reference_name",
    metadata,
    Column("key", Text, primary_key=True),  # form in which names are compared
    Column("status", String(1), primary_key=True),  # A accepted, S synonym
    # no foreign key: taxa and synonyms are imported each on their own
    Column("taxon_id", Integer, primary_key=True, autoincrement=False),
)
"""Accepted names and synonyms: a name of box 7 leads to its taxon by the primary key."""

reference_fact = Table(
    "reference_fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", Text, nullable=False),  # taxon, country or operation that it is about
    Column("body", Text, nullable=False),  # the row as JSON
    Index("ix_reference_fact_subject", "subject"),
    Index("ix_reference_fact_kind", "kind"),
)
"""Listings, ranges, quotas, suspensions, reservations, decisions, registers."""
