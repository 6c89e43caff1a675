"""Tables of availability: results of exchanges with partners, probes, planned windows."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from gateway.store.tables.columns import MOMENT, metadata

PARTNER = String(35)
OPERATION = String(40)

partner_result = Table(
    "partner_result",
    metadata,
    Column("partner", PARTNER, primary_key=True),  # key
    Column("operation", OPERATION, primary_key=True),
    Column("span", String(4), primary_key=True),  # hour, day
    Column("begins_at", MOMENT, primary_key=True),  # in UTC
    Column("planned", Boolean, primary_key=True),  # within a window that was announced
    Column("answered", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("unreachable", Integer, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),  # of all together
    Column("slowest", Integer, nullable=False),  # milliseconds
    Index("ix_partner_result_begins_at", "begins_at"),
)
"""Sums of results by hour, and by day once they are old."""

partner_last_result = Table(
    "partner_last_result",
    metadata,
    Column("partner", PARTNER, primary_key=True),
    Column("operation", OPERATION, primary_key=True),
    Column("good_at", MOMENT),
    Column("bad_at", MOMENT),
    Column("failing_since", MOMENT),  # empty after a good result
)
"""The last results of each partner and operation."""

partner_probe = Table(
    "partner_probe",
    metadata,
    Column("partner", PARTNER, primary_key=True),
    Column("due_at", MOMENT, nullable=False),  # in UTC, of one length
)
"""Moment of the next probe."""

partner_window = Table(
    "partner_window",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("partner", PARTNER, nullable=False),
    Column("begins_at", MOMENT, nullable=False),
    Column("ends_at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entered_at", MOMENT, nullable=False),
    Column("withdrawn_at", MOMENT),
    Column("withdrawn_by", Text),
    Index("ix_partner_window_ends_at", "ends_at"),
)
"""Planned windows. A row is changed once, when it is withdrawn, and never removed."""
