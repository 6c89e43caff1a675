"""Seals over the journal: a leaf for each record, a signed head for each batch; and legal holds."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0007"
down_revision = "0006"

_MOMENT = sa.String(48)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "journal_leaf",
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("exchange_id", name="pk_journal_leaf"),
        sa.UniqueConstraint("batch", "place", name="uq_journal_leaf_batch_place"),
    )
    op.create_table(
        "journal_head",
        sa.Column("batch", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("timestamp", sa.LargeBinary),
        sa.PrimaryKeyConstraint("batch", name="pk_journal_head"),
    )
    op.create_table(
        "journal_hold",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("permit_number", sa.String(70)),
        sa.Column("began_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("lifted_at", _MOMENT),
        sa.Column("lifted_by", sa.Text),
        sa.Column("lifted_why", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_journal_hold"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("journal_leaf", action)
    forbid("journal_head", "DELETE")


def downgrade() -> None:
    """Remove them."""
    for table in ("journal_hold", "journal_head", "journal_leaf"):
        op.drop_table(table)
