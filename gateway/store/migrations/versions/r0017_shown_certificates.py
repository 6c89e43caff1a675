"""Certificates that callers have shown: subject, serial and dates behind each fingerprint."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0017"
down_revision = "0016"
expands = True


def upgrade() -> None:
    """Make the table, and the triggers that refuse changes of its rows."""
    op.create_table(
        "shown_certificate",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("serial", sa.String(42), nullable=False),
        sa.Column("not_before", sa.String(48), nullable=False),
        sa.Column("not_after", sa.String(48), nullable=False),
        sa.Column("shown_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "partner", name="pk_shown_certificate"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("shown_certificate", action)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("shown_certificate")
