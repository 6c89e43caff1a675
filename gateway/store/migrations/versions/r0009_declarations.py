"""Declarations that a permit is used up, and confirmations booked by a person of the authority."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0009"
down_revision = "0008"
expands = True


def upgrade() -> None:
    """Make the table and add the columns."""
    op.add_column("confirmation", sa.Column("person", sa.Text))
    op.add_column("confirmation", sa.Column("reason", sa.Text))
    op.create_table(
        "declaration",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("used_up", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_declaration"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_declaration_permit"),
        sa.UniqueConstraint("permit_id", "place", name="uq_declaration_permit_id_place"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("declaration", action)


def downgrade() -> None:
    """Remove them. Permits that were declared used up keep their status."""
    op.drop_table("declaration")
    op.drop_column("confirmation", "reason")
    op.drop_column("confirmation", "person")
