"""Authority that a session acts for; people of a sign-on who were unlinked; units in the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
expands = True


def upgrade() -> None:
    """Make the columns and the table."""
    op.add_column("outbox", sa.Column("units", sa.Text))
    op.add_column(
        "declaration_use",
        sa.Column("holder", sa.String(70), nullable=False, server_default=""),
    )
    op.add_column(
        "web_session",
        sa.Column("authority", sa.String(73), nullable=False, server_default=""),
    )
    op.create_table(
        "unlinked_subject",
        sa.Column("digest", sa.String(70), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_unlinked_subject"),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("unlinked_subject")
    op.drop_column("web_session", "authority")
    op.drop_column("outbox", "units")
    op.drop_column("declaration_use", "holder")
