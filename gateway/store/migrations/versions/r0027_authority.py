"""Desk of an authority: indexes of permits by status, and of the journal by permit."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
expands = True


def upgrade() -> None:
    """Make them."""
    op.create_index("ix_permit_of_status", "permit", ["authority_id", "status", "id"])
    op.create_index(
        "ix_exchange_of_permit",
        "exchange",
        ["permit_number", "id"],
        sqlite_where=sa.text("direction <> 'out'"),
        postgresql_where=sa.text("direction <> 'out'"),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_exchange_of_permit", "exchange")
    op.drop_index("ix_permit_of_status", "permit")
