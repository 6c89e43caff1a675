"""Key lists of partners, by which printed permits are verified."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0034"
expands = True


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "key_list",
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("received_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("partner", name="pk_key_list"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("key_list")
