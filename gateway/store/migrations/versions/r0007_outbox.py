"""Outbox: quantities that our customs counted, for partners, and the history of delivery."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0007"
down_revision = "0006"
expands = True

_MOMENT = sa.String(48)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("permit_number", sa.String(70), nullable=False),
        sa.Column("token", sa.LargeBinary),
        sa.Column("quantities", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("confirmation_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state", "country", "permit_number"])
    op.create_table(
        "outbox_event",
        sa.Column("outbox_id", sa.String(36), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("outbox_id", "place", name="pk_outbox_event"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_outbox_event_outbox"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("outbox_event", action)
    forbid("outbox", "DELETE")


def downgrade() -> None:
    """Remove both."""
    op.drop_table("outbox_event")
    op.drop_table("outbox")
