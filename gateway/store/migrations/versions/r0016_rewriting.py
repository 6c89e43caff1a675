"""Loss notes of documents, and documents that were replaced when permits were rewritten.

Signed records of permits name loss notes, and permits may have fields that an older gateway does
not know: it would take such a permit for altered, so it has to stop first.
"""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0016"
down_revision = "0015"
expands = False


def upgrade() -> None:
    """Make both tables, and the triggers of the second."""
    op.create_table(
        "loss_note",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("box", sa.String(8), nullable=False),
        sa.Column("position", sa.Text),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "version", "form", "place", name="pk_loss_note"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_loss_note_permit"),
    )
    op.create_table(
        "former_document",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.Column("content_id", sa.Integer, nullable=False),
        sa.Column("seal_id", sa.Integer),
        sa.Column("replaced_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint(
            "permit_id", "version", "form", "exchange_id", name="pk_former_document"
        ),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_former_document_permit"),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name="fk_former_document_content"),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["content.id"], name="fk_former_document_content_seal"
        ),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("former_document", action)


def downgrade() -> None:
    """Remove both. The documents stay in the table of contents."""
    op.drop_table("former_document")
    op.drop_table("loss_note")
