"""Supporting documents: evidence that authorities keep with their permits.

An older gateway would answer without those that travel, and take permits that have some for
altered, so it has to stop first.
"""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0032"
down_revision = "0031"
expands = False


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "supporting_document",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("for_partners", sa.Boolean, nullable=False),
        sa.Column("content_id", sa.Integer, nullable=False),
        sa.Column("added_at", sa.String(48), nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("removed_at", sa.String(48)),
        sa.Column("removed_by", sa.Text),
        sa.Column("removal_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_supporting_document"),
        sa.UniqueConstraint("permit_id", "place", name="uq_supporting_document_permit_id_place"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_supporting_document_permit"),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name="fk_supporting_document_content"
        ),
    )
    forbid("supporting_document", "DELETE")


def downgrade() -> None:
    """Remove it. The number of files of a permit counts its attachments alone again."""
    op.execute(
        "UPDATE permit SET attachments = (SELECT count(*) FROM attachment WHERE permit_id ="
        " permit.id) WHERE id IN (SELECT permit_id FROM supporting_document)"
    )
    op.drop_table("supporting_document")
