"""Customs declarations: events of the quantities that their lines hold."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0024"
down_revision = "0023"
expands = True


def upgrade() -> None:
    """Make the table, and the triggers that keep its rows."""
    op.create_table(
        "declaration_use",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("permit_number", sa.String(70), nullable=False),
        sa.Column("declaration", sa.String(70), nullable=False),
        sa.Column("item", sa.String(70), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("position", sa.String(70), nullable=False),
        sa.Column("amount", sa.Text, nullable=False),
        sa.Column("allowed", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("officer", sa.Text, nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("lapses_at", sa.String(48)),
        sa.Column("outgoing", sa.String(36)),
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint(
            "country",
            "permit_number",
            "declaration",
            "item",
            "place",
            name="pk_declaration_use",
        ),
        sa.UniqueConstraint("id", name="uq_declaration_use_id"),
    )
    op.create_index("ix_declaration_use_declaration", "declaration_use", ["declaration"])
    op.create_index("ix_declaration_use_lapses_at", "declaration_use", ["lapses_at"])
    forbid("declaration_use", "UPDATE")
    forbid("declaration_use", "DELETE")


def downgrade() -> None:
    """Remove them."""
    op.drop_table("declaration_use")
