"""Personal data: the authority of a question by mail, and old questions that may be pruned.

Questions were never removed before. Their audit records stay in the journal, so a row is not needed
after its retention is over.
"""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import allow, forbid

revision = "0034"
down_revision = "0033"
expands = True


def upgrade() -> None:
    """Add the column with its index; let rows be deleted."""
    op.add_column(
        "mail_question", sa.Column("authority", sa.Text, nullable=False, server_default="")
    )
    op.create_index("ix_mail_question_authority", "mail_question", ["authority", "id"])
    allow("mail_question", "DELETE")


def downgrade() -> None:
    """Keep every row again; remove index and column."""
    forbid("mail_question", "DELETE")
    op.drop_index("ix_mail_question_authority", "mail_question")
    op.drop_column("mail_question", "authority")
