"""The ledger of each line, which the database itself keeps within box 11; and reversals."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0005"
down_revision = "0004"

_WITHIN = "{0} >= 0 AND (authorised IS NULL OR {0} <= authorised)"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "ledger_line",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("authorised", sa.BigInteger),
        sa.Column("confirmed_at_export", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at_import", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "position", name="pk_ledger_line"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_ledger_line_permit"),
        sa.CheckConstraint(_WITHIN.format("confirmed_at_export"), name="ck_ledger_line_export"),
        sa.CheckConstraint(_WITHIN.format("confirmed_at_import"), name="ck_ledger_line_import"),
    )
    op.create_table(
        "reversal",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("confirmation_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reversal"),
        sa.ForeignKeyConstraint(["confirmation_id"], ["confirmation.id"], name="fk_reversal_confirmation"),
        sa.UniqueConstraint("confirmation_id", name="uq_reversal_confirmation_id"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("reversal", action)


def downgrade() -> None:
    """Remove both."""
    op.drop_table("reversal")
    op.drop_table("ledger_line")
