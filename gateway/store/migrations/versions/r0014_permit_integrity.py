"""Signed records of permits, and suspensions of permits that differ from them.

An older gateway would publish and confirm without records, so it has to stop first. Permits that
are there already have no record; `epix-gateway journal adopt` makes theirs.
"""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0014"
down_revision = "0013"
expands = False

_MOMENT = sa.String(48)


def upgrade() -> None:
    """Make the tables and their triggers."""
    op.create_table(
        "permit_record",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("exchange_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "revision", name="pk_permit_record"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_permit_record_permit"),
        sa.UniqueConstraint("exchange_id", name="uq_permit_record_exchange_id"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("permit_record", action)
    op.create_table(
        "permit_suspension",
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("permit_id", sa.Integer),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("differences", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_permit_suspension"),
    )
    op.create_table(
        "integrity_walk",
        sa.Column("walk", sa.String(16), nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("walk", name="pk_integrity_walk"),
    )


def downgrade() -> None:
    """Remove all of it. Records stay in the journal."""
    for table in ("integrity_walk", "permit_suspension", "permit_record"):
        op.drop_table(table)
