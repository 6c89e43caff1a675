"""Table of quotas: lines of permits that count under them."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from gateway.store.tables.columns import MILLIONTHS, metadata

_DAY = String(10)

quota_line = Table(
    "quota_line",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("position", Text, primary_key=True),  # letter of the line
    Column("authority_id", ForeignKey("authority.id"), nullable=False),
    Column("day", _DAY, nullable=False),  # of issue, box 13
    Column("valid_until", _DAY),  # last day of box 2
    Column("name", Text, nullable=False),  # of box 7, as names are compared, without author
    Column("term", Text, nullable=False),  # these four: empty where the box is
    Column("sources", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("amount", MILLIONTHS, nullable=False),  # box 11
    Index("ix_quota_line_day", "authority_id", "day", "name"),
    Index("ix_quota_line_name", "name", "authority_id", "day"),
)
"""Lines of export permits, written with their permit; made of its content alone."""
