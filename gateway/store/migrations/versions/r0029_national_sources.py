"""Synchronisation: national sources with the mark that was reached, and their records."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
expands = True


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "national_source",
        sa.Column("source", sa.String(63), nullable=False),
        sa.Column("description", sa.String(64), nullable=False),
        sa.Column("mark", sa.Text),
        sa.Column("began_at", sa.String(48), nullable=False),
        sa.Column("progress_at", sa.String(48), nullable=False),
        sa.Column("ended_at", sa.String(48)),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("permits_read", sa.BigInteger, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("same", sa.BigInteger, nullable=False),
        sa.Column("national", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_national_source"),
    )
    op.create_table(
        "national_record",
        sa.Column("source", sa.String(63), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("taken", sa.String(16), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("refused_at", sa.String(48)),
        sa.Column("problems", sa.Text),
        sa.PrimaryKeyConstraint("source", "number", "authority", name="pk_national_record"),
    )
    refused = sa.text("taken = 'refused'")
    op.create_index(
        "ix_national_record_refused",
        "national_record",
        ["source", "number", "authority"],
        sqlite_where=refused,
        postgresql_where=refused,
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("national_record")
    op.drop_table("national_source")
