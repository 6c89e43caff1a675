"""Ledger of each line, which the database keeps within box 11; and reversals.

Existing confirmations are added up once, here. An older gateway would publish and confirm without
the ledger, so it has to stop first.
"""

import json
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from gateway.store.migrations.append_only import forbid

revision = "0006"
down_revision = "0005"
expands = False

_MULTI_USE = ("OWNERSHIP", "EXHIBITION", "MUSICAL", "SAMPLECOLL", "SCIEXCH")
_LARGEST = 9_000_000_000_000


def upgrade() -> None:
    """Make both tables and fill the ledger."""
    op.create_table(
        "ledger_line",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("authorised", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at_export", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at_import", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "position", name="pk_ledger_line"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_ledger_line_permit"),
        sa.CheckConstraint(
            "confirmed_at_export BETWEEN 0 AND authorised", name="ck_ledger_line_export"
        ),
        sa.CheckConstraint(
            "confirmed_at_import BETWEEN 0 AND authorised", name="ck_ledger_line_import"
        ),
    )
    op.create_table(
        "reversal",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("confirmation_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(48), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reversal"),
        sa.ForeignKeyConstraint(
            ["confirmation_id"], ["confirmation.id"], name="fk_reversal_confirmation"
        ),
        sa.UniqueConstraint("confirmation_id", name="uq_reversal_confirmation_id"),
    )
    for action in ("UPDATE", "DELETE"):
        forbid("reversal", action)
    _fill()


def _fill() -> None:
    bind = op.get_bind()
    counted = sa.text(
        "SELECT q.position, c.role, q.amount FROM confirmed_quantity q JOIN confirmation c ON c.id"
        " = q.confirmation_id WHERE c.permit_id = :permit"
    )
    insert = sa.text(
        "INSERT INTO ledger_line VALUES (:permit, :position, :authorised, :export, :import)"
    )
    for (permit,) in bind.execute(sa.text("SELECT id FROM permit ORDER BY id")).all():
        found = sa.text("SELECT content FROM permit WHERE id = :permit")
        form = json.loads(bind.execute(found, {"permit": permit}).scalar_one())
        if form["type"] in _MULTI_USE:
            continue
        totals: dict[tuple[str, str], Decimal] = {}
        for position, role, amount in bind.execute(counted, {"permit": permit}):
            totals[position, role] = totals.get((position, role), Decimal(0)) + Decimal(amount)
        for line in form.get("positions", ()):
            authorised = Decimal(line["quantity"]["amount"]) if line.get("quantity") else None
            if authorised is None or authorised > _LARGEST:
                continue
            row = {
                role: int(totals.get((line["id"], role), Decimal(0)) * 1_000_000)
                for role in ("export", "import")
            }
            row |= {
                "permit": permit,
                "position": line["id"],
                "authorised": int(authorised * 1_000_000),
            }
            bind.execute(insert, row)


def downgrade() -> None:
    """Remove both. Confirmations that were taken back count again."""
    op.drop_table("reversal")
    op.drop_table("ledger_line")
