"""Replay cache: signed messages that were accepted, so that none is accepted twice.

Only a digest of each is stored.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "taken_message",
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("kept_until", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("partner", "mark", name="pk_taken_message"),
    )
    op.create_index("ix_taken_message_kept_until", "taken_message", ["kept_until"])


def downgrade() -> None:
    """Remove it; a message taken a moment ago would be taken again."""
    op.drop_table("taken_message")
