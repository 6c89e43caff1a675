"""Whether the service is closed for maintenance, on all nodes."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "service_mode",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("maintenance", sa.Boolean, nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service_mode"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("service_mode", action)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("service_mode")
