"""Covering index for permit look-ups."""

from alembic import op

revision = "0011"
down_revision = "0010"
expands = True

_NAME = "ix_permit_look_up"
_COLUMNS = [
    "authority_id",
    "number",
    "id",
    "revision",
    "status",
    "successor",
    "token_hash",
    "countries",
    "attachments",
]


def upgrade() -> None:
    """Make it."""
    op.create_index(_NAME, "permit", _COLUMNS)


def downgrade() -> None:
    """Remove it."""
    op.drop_index(_NAME, "permit")
