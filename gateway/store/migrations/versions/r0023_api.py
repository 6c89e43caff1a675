"""JSON API: keys of other systems, their call budgets, requests that are done once."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
expands = True


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_key",
        sa.Column("key_id", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("authority", sa.String(73), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("networks", sa.Text, nullable=False),
        sa.Column("calls_per_minute", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(48), nullable=False),
        sa.Column("expires_at", sa.String(48), nullable=False),
        sa.Column("revoked_at", sa.String(48)),
        sa.Column("used_on", sa.String(10)),
        sa.PrimaryKeyConstraint("key_id", name="pk_api_key"),
    )
    op.create_table(
        "api_budget",
        sa.Column("key_id", sa.String(12), nullable=False),
        sa.Column("window_began", sa.String(48), nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_api_budget"),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.key_id"], name="fk_api_budget_api_key"),
    )
    op.create_table(
        "api_request",
        sa.Column("key_id", sa.String(12), nullable=False),
        sa.Column("idempotency_key", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("operation_id", sa.String(36), nullable=False),
        sa.Column("began_at", sa.String(48), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.LargeBinary),
        sa.PrimaryKeyConstraint("key_id", "idempotency_key", name="pk_api_request"),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.key_id"], name="fk_api_request_api_key"),
        sa.UniqueConstraint("operation_id", name="uq_api_request_operation_id"),
    )
    op.create_index("ix_api_request_began_at", "api_request", ["began_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("api_request")
    op.drop_table("api_budget")
    op.drop_table("api_key")
