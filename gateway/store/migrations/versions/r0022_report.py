"""Annual report: settled differences of counts; confirmations of our customs by permit."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0022"
down_revision = "0021"
expands = True


def upgrade() -> None:
    """Make the table, the trigger that keeps its rows, and the index of the outbox."""
    op.create_table(
        "mismatch_settlement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("issuer", sa.String(40), nullable=False),
        sa.Column("permit_number", sa.String(70), nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("ours", sa.Text, nullable=False),
        sa.Column("theirs", sa.Text, nullable=False),
        sa.Column("agreed", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("partner_person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mismatch_settlement"),
    )
    forbid("mismatch_settlement", "UPDATE")
    forbid("mismatch_settlement", "DELETE")
    op.create_index("ix_outbox_permit", "outbox", ["country", "permit_number", "id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_outbox_permit", "outbox")
    op.drop_table("mismatch_settlement")
