"""Shared state of nodes: maintenance, key fingerprints, oldest compatible revision."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0005"
down_revision = "0004"
expands = False


def upgrade() -> None:
    """Make the three tables."""
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
    op.create_table(
        "shared_key",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_shared_key"),
    )
    op.create_table(
        "compatibility",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("oldest", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_compatibility"),
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("compatibility", "shared_key", "service_mode"):
        op.drop_table(table)
