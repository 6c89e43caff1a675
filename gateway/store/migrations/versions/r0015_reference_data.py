"""Reference data: imports, taxa, names and facts; an index for questions about foreign permits."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0015"
down_revision = "0014"
expands = True

_MOMENT = sa.String(48)


def upgrade() -> None:
    """Make the tables and the index."""
    op.create_table(
        "reference_import",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", "kind", name="pk_reference_import"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("reference_import", action)
    op.create_table(
        "reference_taxon",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reference_taxon"),
    )
    op.create_table(
        "reference_name",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("status", sa.String(1), nullable=False),
        sa.Column("taxon_id", sa.Integer, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("key", "status", "taxon_id", name="pk_reference_name"),
    )
    op.create_table(
        "reference_fact",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reference_fact"),
    )
    op.create_index("ix_reference_fact_subject", "reference_fact", ["subject"])
    asked = sa.text("direction = 'out'")
    op.create_index(
        "ix_exchange_asked",
        "exchange",
        ["permit_number", "callee"],
        sqlite_where=asked,
        postgresql_where=asked,
    )


def downgrade() -> None:
    """Remove all of it. Records of imports stay in the journal."""
    op.drop_index("ix_exchange_asked", "exchange")
    for table in ("reference_fact", "reference_name", "reference_taxon", "reference_import"):
        op.drop_table(table)
