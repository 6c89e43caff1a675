"""Annual report: differences of counts that are shared with partners, acts of both sides."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0040"
down_revision = "0039"
expands = True


def upgrade() -> None:
    """Make the tables, and the column of a settlement that names the act of both gateways."""
    op.add_column("mismatch_settlement", sa.Column("agreement", sa.String(36)))
    op.create_table(
        "shared_mismatch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("issuer", sa.String(40), nullable=False),
        sa.Column("permit_number", sa.String(70), nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("ours", sa.Text, nullable=False),
        sa.Column("ours_as_of", sa.String(48), nullable=False),
        sa.Column("theirs", sa.Text),
        sa.Column("theirs_as_of", sa.String(48)),
        sa.Column("waits_since", sa.String(48)),
        sa.Column("due_at", sa.String(48)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shared_mismatch"),
        sa.UniqueConstraint(
            "partner",
            "issuer",
            "permit_number",
            "position",
            name="uq_shared_mismatch_partner_issuer_permit_number_position",
        ),
    )
    op.create_index("ix_shared_mismatch_due", "shared_mismatch", ["partner", "due_at"])
    op.create_table(
        "mismatch_act",
        sa.Column("mismatch_id", sa.String(36), nullable=False),
        sa.Column("act_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ours", sa.Boolean, nullable=False),
        sa.Column("quantity", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("authority", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("seen_ours", sa.Text),
        sa.Column("seen_theirs", sa.Text),
        sa.Column("taken_at", sa.String(48)),
        sa.Column("refusal", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("mismatch_id", "act_id", name="pk_mismatch_act"),
    )
    forbid("mismatch_act", "DELETE")
    op.create_table(
        "mismatch_partner",
        sa.Column("partner", sa.String(35), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("partner", name="pk_mismatch_partner"),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("mismatch_partner")
    op.drop_table("mismatch_act")
    op.drop_table("shared_mismatch")
    op.drop_column("mismatch_settlement", "agreement")
