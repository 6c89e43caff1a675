"""Tables of traceability: lines of re-exports, with the document that their goods came with."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from gateway.store.tables.columns import MOMENT, NUMBER, metadata

reexport_line = Table(
    "reexport_line",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("position", Text, primary_key=True),  # letter of the line
    Column("day", String(10), nullable=False),  # of issue, box 13; empty where the box is
    # of box 12a, or else of box 12; empty where neither names country and number
    Column("came_country", String(2), nullable=False),
    Column("came_number", NUMBER, nullable=False),
    Index("ix_reexport_line_came", "came_number", "came_country"),
    Index("ix_reexport_line_day", "day", "permit_id"),
)
"""Lines of our re-export certificates, written with their permit; made of its content alone."""

foreign_reexport = Table(
    "foreign_reexport",
    metadata,
    Column("came_number", NUMBER, primary_key=True),
    Column("came_country", String(2), primary_key=True),
    Column("country", String(2), primary_key=True),  # that issued the re-export certificate
    Column("number", NUMBER, primary_key=True),
    Column("seen_at", MOMENT, nullable=False),  # when its issuer first answered so
)
"""Re-export certificates of partners that name a document. Their content is in the journal."""
