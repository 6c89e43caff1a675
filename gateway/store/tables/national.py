"""Tables of synchronisation: sources with the mark that was reached, and their records."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text, text

from gateway.store.tables.columns import MOMENT, SHA256, metadata

SOURCE = String(63)

national_source = Table(
    "national_source",
    metadata,
    Column("source", SOURCE, primary_key=True),
    Column("description", SHA256, nullable=False),  # that the mark was reached with
    Column("mark", Text),  # JSON: its type and value
    Column("began_at", MOMENT, nullable=False),
    Column("progress_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("failure", Text, nullable=False),  # empty: the last run reached the end
    # permits of the last run
    Column("permits_read", BigInteger, nullable=False),
    Column("published", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("same", BigInteger, nullable=False),
    Column("national", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
)

national_record = Table(
    "national_record",
    metadata,
    Column("source", SOURCE, primary_key=True),
    Column("number", Text, primary_key=True),  # as the source writes it
    Column("authority", Text, primary_key=True),  # empty: the source names none
    Column("taken", String(16), nullable=False),  # published, national, refused, left-out
    # keyed hash of rows and description, so that what is the same is not judged again
    Column("digest", LargeBinary, nullable=False),
    Column("refused_at", MOMENT),
    Column("problems", Text),  # JSON, of a refused record
)
"""Records of a source by number. One that is refused is kept so until it is mended."""

Index(
    "ix_national_record_refused",
    national_record.c.source,
    national_record.c.number,
    national_record.c.authority,
    sqlite_where=text("taken = 'refused'"),
    postgresql_where=text("taken = 'refused'"),
)
