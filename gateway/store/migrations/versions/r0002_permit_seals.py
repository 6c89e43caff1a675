"""Column for the seal of each document.

Documents written before have none until they are written again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; it may be empty, so nothing is rewritten."""
    op.add_column("document", sa.Column("seal", sa.LargeBinary))


def downgrade() -> None:
    """Remove it, and every seal with it."""
    op.drop_column("document", "seal")
