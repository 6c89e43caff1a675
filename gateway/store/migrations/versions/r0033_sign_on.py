"""National sign-on: links with people of a provider, answers that were taken, kind of session."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
expands = True


def upgrade() -> None:
    """Make the tables and the column."""
    op.create_table(
        "person_link",
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column(
            "person_id",
            sa.String(36),
            sa.ForeignKey("person.person_id", name="fk_person_link_person"),
            nullable=False,
        ),
        sa.Column("roles_by_claims", sa.Boolean, nullable=False),
        sa.Column("linked_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_person_link"),
        sa.UniqueConstraint("person_id", name="uq_person_link_person_id"),
    )
    op.create_table(
        "sign_on_answer",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("until", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_on_answer"),
    )
    op.add_column(
        "web_session",
        sa.Column("by_sign_on", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_column("web_session", "by_sign_on")
    op.drop_table("sign_on_answer")
    op.drop_table("person_link")
