"""Table of key lists, by which printed permits of partners are verified."""

from sqlalchemy import Column, LargeBinary, String, Table

from gateway.store.tables.columns import MOMENT, metadata

key_list = Table(
    "key_list",
    metadata,
    Column("partner", String(35), primary_key=True),  # its key in conf/partners.toml
    Column("content", LargeBinary, nullable=False),  # the file, as its authority signed it
    Column("received_at", MOMENT, nullable=False),
)
