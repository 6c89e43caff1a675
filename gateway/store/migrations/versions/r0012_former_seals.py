"""Former seals: seals that were replaced by those of another key stay beside the documents."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0012"
down_revision = "0011"
expands = True

_TABLE = "former_seal"


def upgrade() -> None:
    """Make the table and its triggers."""
    op.create_table(
        _TABLE,
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("seal_id", sa.Integer, nullable=False),
        sa.Column("content_id", sa.Integer, nullable=False),
        sa.Column("signer", sa.String(64), nullable=False),
        sa.Column("replaced_at", sa.String(48), nullable=False),
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "version", "form", "seal_id", name=f"pk_{_TABLE}"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name=f"fk_{_TABLE}_permit"),
        sa.ForeignKeyConstraint(["seal_id"], ["content.id"], name=f"fk_{_TABLE}_content_seal"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=f"fk_{_TABLE}_content"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid(_TABLE, action)


def downgrade() -> None:
    """Remove it. The seals stay in the table of contents."""
    op.drop_table(_TABLE)
