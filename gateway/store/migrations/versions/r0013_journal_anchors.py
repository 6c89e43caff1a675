"""Anchors: heads of partners that are held here, and where ours are kept. Append-only."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0013"
down_revision = "0012"
expands = True

_MOMENT = sa.String(48)
_NEW = ("partner_head", "journal_anchor")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "partner_head",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("journal", sa.String(64), nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("certificates", sa.LargeBinary, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.Column("contradicts", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partner_head"),
        sa.UniqueConstraint(
            "partner",
            "journal",
            "batch",
            "digest",
            name="uq_partner_head_partner_journal_batch_digest",
        ),
    )
    op.create_table(
        "journal_anchor",
        sa.Column("anchor", sa.String(64), nullable=False),
        sa.Column("batch", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sealed_at", _MOMENT, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("certificates", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("anchor", "batch", name="pk_journal_anchor"),
    )
    for table in _NEW:
        for action in ("UPDATE", "DELETE"):
            forbid(table, action)


def downgrade() -> None:
    """Remove both."""
    for table in _NEW:
        op.drop_table(table)
