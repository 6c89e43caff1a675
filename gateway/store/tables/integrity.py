"""Tables of integrity: which journal record tells of which permit, suspensions, walks."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from gateway.store.tables.columns import MOMENT, metadata

permit_record = Table(
    "permit_record",
    metadata,
    Column("permit_id", ForeignKey("permit.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),  # of the permit
    # no foreign key: verification names a record that is gone
    Column("exchange_id", String(36), nullable=False, unique=True),
)
"""The journal's record of each change of a permit. Append-only."""

permit_suspension = Table(
    "permit_suspension",
    metadata,
    Column("name", String(160), primary_key=True),  # country, authority and number
    Column("permit_id", Integer),  # null: the permit has no row any more
    Column("at", MOMENT, nullable=False),
    Column("differences", Text, nullable=False),
)
"""Permits that differ from their record: answered to nobody until a person has decided."""

integrity_walk = Table(
    "integrity_walk",
    metadata,
    Column("walk", String(16), primary_key=True),
    Column("position", Text, nullable=False),  # where the background job goes on
    Column("at", MOMENT, nullable=False),
)
