"""Availability of partners: results of exchanges, the plan of probes, planned windows."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0018"
down_revision = "0017"
expands = True


def upgrade() -> None:
    """Make the tables, and the trigger that keeps planned windows."""
    op.create_table(
        "partner_result",
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("span", sa.String(4), nullable=False),
        sa.Column("begins_at", sa.String(48), nullable=False),
        sa.Column("planned", sa.Boolean, nullable=False),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("unreachable", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
        sa.Column("slowest", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(
            "partner", "operation", "span", "begins_at", "planned", name="pk_partner_result"
        ),
    )
    op.create_index("ix_partner_result_begins_at", "partner_result", ["begins_at"])
    op.create_table(
        "partner_last_result",
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("good_at", sa.String(48)),
        sa.Column("bad_at", sa.String(48)),
        sa.Column("failing_since", sa.String(48)),
        sa.PrimaryKeyConstraint("partner", "operation", name="pk_partner_last_result"),
    )
    op.create_table(
        "partner_probe",
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("due_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("partner", name="pk_partner_probe"),
    )
    op.create_table(
        "partner_window",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("begins_at", sa.String(48), nullable=False),
        sa.Column("ends_at", sa.String(48), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("entered_at", sa.String(48), nullable=False),
        sa.Column("withdrawn_at", sa.String(48)),
        sa.Column("withdrawn_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_partner_window"),
    )
    op.create_index("ix_partner_window_ends_at", "partner_window", ["ends_at"])
    forbid("partner_window", "DELETE")


def downgrade() -> None:
    """Remove them."""
    for table in ("partner_window", "partner_probe", "partner_last_result", "partner_result"):
        op.drop_table(table)
