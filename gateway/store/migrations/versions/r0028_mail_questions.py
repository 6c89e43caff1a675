"""Questions by mail to authorities without an electronic system."""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0028"
down_revision = "0027"
expands = True


def upgrade() -> None:
    """Make the table, and the trigger that keeps its rows."""
    op.create_table(
        "mail_question",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("permit_number", sa.String(70), nullable=False),
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("boxes", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.String(48), nullable=False),
        sa.Column("expires_at", sa.String(48), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("mailed_at", sa.String(48)),
        sa.Column("answered_at", sa.String(48)),
        sa.Column("answer", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_mail_question"),
        sa.UniqueConstraint("token_sha256", name="uq_mail_question_token_sha256"),
    )
    op.create_index("ix_mail_question_address", "mail_question", ["address", "asked_at"])
    forbid("mail_question", "DELETE")


def downgrade() -> None:
    """Remove them."""
    op.drop_table("mail_question")
