"""Customs desk: look-ups of foreign permits by officers."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
expands = True


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "customs_look_up",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("permit_number", sa.String(70), nullable=False),
        sa.Column("token", sa.LargeBinary),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("asked_at", sa.String(48), nullable=False),
        sa.Column("due_at", sa.String(48), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("version", sa.String(8)),
        sa.Column("document", sa.LargeBinary),
        sa.Column("attachments", sa.LargeBinary),
        sa.Column("refusal", sa.Text),
        sa.Column("fetched_at", sa.String(48)),
        sa.Column("answered_at", sa.String(48)),
        sa.Column("seen", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customs_look_up"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name="fk_customs_look_up_person"
        ),
    )
    op.create_index("ix_customs_look_up_person_id", "customs_look_up", ["person_id", "asked_at"])
    op.create_index("ix_customs_look_up_due", "customs_look_up", ["state", "due_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_customs_look_up_due", "customs_look_up")
    op.drop_index("ix_customs_look_up_person_id", "customs_look_up")
    op.drop_table("customs_look_up")
