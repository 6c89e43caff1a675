"""Session at the provider of the national sign-on, by which it ends the one here."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
expands = True


def upgrade() -> None:
    """Make the column."""
    op.add_column("web_session", sa.Column("provider_session", sa.String(64)))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("web_session", "provider_session")
