"""What all nodes of a service have to agree on."""

from sqlalchemy import Boolean, Column, Integer, Table, Text

from gateway.store.tables.columns import MOMENT, metadata

service_mode = Table(
    "service_mode",
    metadata,
    Column("id", Integer, primary_key=True),  # grows; the highest is in force
    Column("maintenance", Boolean, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Is the service closed for maintenance, on all nodes? Append-only."""
