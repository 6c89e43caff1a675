"""Retention: prunings and legal holds of the journal, and time-stamps of its heads.

Until now any user of the database could delete a record. From here on the database refuses it
unless another record of the journal names it, and while a legal hold is on it.
"""

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import allow_delete, forbid, forbid_delete_when

revision = "0010"
down_revision = "0009"
expands = True

_MOMENT = sa.String(48)
_ID = sa.String(36)
_NEW = ("journal_stamp", "journal_pruned", "journal_release", "journal_hold")
_NOT_NAMED = "NOT EXISTS (SELECT 1 FROM journal_pruned AS pruned WHERE pruned.name = OLD.{})"
_HELD = (
    "EXISTS (SELECT 1 FROM journal_hold AS held WHERE held.name IN (OLD.id, OLD.permit_number)"
    " AND NOT EXISTS (SELECT 1 FROM journal_release AS released WHERE released.hold_id = held.id))"
)


def upgrade() -> None:
    """Make the tables and their triggers."""
    op.create_table(
        "journal_stamp",
        sa.Column("batch", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kept_at", _MOMENT, nullable=False),
        sa.Column("stamp", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("batch", name="pk_journal_stamp"),
    )
    op.create_table(
        "journal_pruned",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("pruning_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("name", "pruning_id", name="pk_journal_pruned"),
    )
    op.create_table(
        "journal_hold",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(70), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_hold"),
    )
    op.create_index("ix_journal_hold_name", "journal_hold", ["name"])
    op.create_table(
        "journal_release",
        sa.Column("hold_id", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hold_id", name="pk_journal_release"),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["journal_hold.id"], name="fk_journal_release_journal_hold"
        ),
    )
    for table in _NEW:
        for action in ("UPDATE", "DELETE"):
            forbid(table, action)
    forbid_delete_when("exchange", f"{_NOT_NAMED.format('id')} OR {_HELD}")
    forbid_delete_when("content", _NOT_NAMED.format("sha256"))


def downgrade() -> None:
    """Remove all of it."""
    for table in ("exchange", "content"):
        allow_delete(table)
    for table in _NEW:
        op.drop_table(table)
