"""Operator console: daily counts of exchanges, changes of the configuration."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0026"
down_revision = "0025"
expands = True


def upgrade() -> None:
    """Make the tables, and the triggers that keep changes of the configuration."""
    op.create_table(
        "exchange_count",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("outcome", sa.String(70), nullable=False),
        sa.Column("duration", sa.Integer, nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("newest", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "direction", "partner", "outcome", "duration", name="pk_exchange_count"
        ),
    )
    op.create_table(
        "exchange_counted",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("position", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_exchange_counted"),
    )
    op.create_table(
        "configuration_change",
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("exchange_id", name="pk_configuration_change"),
    )
    op.create_index("ix_configuration_change_node", "configuration_change", ["node", "exchange_id"])
    forbid("configuration_change", "UPDATE")
    forbid("configuration_change", "DELETE")


def downgrade() -> None:
    """Remove them."""
    for table in ("configuration_change", "exchange_counted", "exchange_count"):
        op.drop_table(table)
