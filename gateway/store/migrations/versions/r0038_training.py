"""Training course of the sandbox: exercises that people have passed."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
expands = True


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "training_exercise",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=False),
        sa.Column("passed_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "exercise", name="pk_training_exercise"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name="fk_training_exercise_person"
        ),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("training_exercise")
