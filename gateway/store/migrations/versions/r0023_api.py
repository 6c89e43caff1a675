"""JSON API: keys of other systems, their call budgets, requests that are done once, webhooks."""

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
    _create_webhooks()


def _create_webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("webhook_id", sa.String(36), nullable=False),
        sa.Column("key_id", sa.String(12), nullable=False),
        sa.Column("authority", sa.String(73), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", name="pk_webhook"),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.key_id"], name="fk_webhook_api_key"),
    )
    op.create_table(
        "permit_event",
        sa.Column("event_id", sa.String(80), nullable=False),
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("authority", sa.String(73), nullable=False),
        sa.Column("number", sa.String(70), nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_permit_event"),
    )
    op.create_index("ix_permit_event_permit", "permit_event", ["permit_id", "place"])
    op.create_table(
        "webhook_message",
        sa.Column("webhook_id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(80), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", "event_id", name="pk_webhook_message"),
    )
    op.create_index("ix_webhook_message_due", "webhook_message", ["state", "due_at"])
    op.create_table(
        "webhook_cursor",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_cursor"),
    )
    op.create_index("ix_permit_changed_at", "permit", ["changed_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_permit_changed_at", "permit")
    for table in ("webhook_cursor", "webhook_message", "permit_event", "webhook"):
        op.drop_table(table)
    op.drop_table("api_request")
    op.drop_table("api_budget")
    op.drop_table("api_key")
