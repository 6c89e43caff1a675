"""Seals of the journal: leaves and signed heads. Append-only."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0008"
down_revision = "0007"
expands = True


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "journal_leaf",
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("exchange_id", name="pk_journal_leaf"),
        sa.UniqueConstraint("batch", "place", name="uq_journal_leaf_batch_place"),
    )
    op.create_table(
        "journal_head",
        sa.Column("batch", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("certificates", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("batch", name="pk_journal_head"),
    )
    for table in ("journal_leaf", "journal_head"):
        for action in ("UPDATE", "DELETE"):
            forbid(table, action)


def downgrade() -> None:
    """Remove both."""
    op.drop_table("journal_head")
    op.drop_table("journal_leaf")
