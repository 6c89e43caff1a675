"""Quotas: lines of permits that count under them; whole imports apart from renewals of taxa.

The lines of permits that are there are written once, here. An older gateway would publish without
them, so it has to stop first.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from gateway.domain.references.taxa import keys_of
from gateway.store.migrations.append_only import allow, forbid

revision = "0030"
down_revision = "0029"
expands = False

_LARGEST = 9_000_000_000_000
_AT_ONCE = 500


def upgrade() -> None:
    """Make the table and fill it; add the column and the index of reference data."""
    op.create_table(
        "quota_line",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("authority_id", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("valid_until", sa.String(10)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "position", name="pk_quota_line"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_quota_line_permit"),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_quota_line_authority"),
    )
    _fill()
    op.create_index("ix_quota_line_day", "quota_line", ["authority_id", "day", "name"])
    op.create_index("ix_quota_line_name", "quota_line", ["name", "authority_id", "day"])
    op.create_index("ix_reference_fact_kind", "reference_fact", ["kind"])
    op.add_column("reference_import", sa.Column("whole_at", sa.String(48)))


def _fill() -> None:
    bind = op.get_bind()
    page = sa.text(
        "SELECT id, authority_id, content FROM permit WHERE id > :last ORDER BY id LIMIT :most"
    )
    insert = sa.text(
        "INSERT INTO quota_line VALUES (:permit, :position, :authority, :day, :valid_until, :name,"
        " :term, :sources, :purpose, :unit, :amount)"
    )
    last = 0
    while permits := bind.execute(page, {"last": last, "most": _AT_ONCE}).all():
        last = permits[-1].id
        rows = [
            {"permit": each.id, "authority": each.authority_id, **line}
            for each in permits
            for line in _lines(json.loads(each.content))
        ]
        if rows:
            bind.execute(insert, rows)


def _lines(form: dict[str, Any]) -> Iterator[dict[str, object]]:
    """Lines that count, as the gateway writes them from this revision on."""
    if form.get("type") != "EXPORT" or not form.get("issued_at"):
        return
    for line in form.get("positions", ()):
        sources, quantity = line.get("sources", ()), line.get("quantity")
        if not line.get("scientific_name") or not quantity or "I" in sources:
            continue
        yield {
            "position": line["id"],
            "day": form["issued_at"][:10],
            "valid_until": (form.get("valid_until") or "")[:10] or None,
            "name": keys_of(line["scientific_name"])[1],
            "term": line.get("term") or "",
            "sources": " ".join(sorted(sources)),
            "purpose": form.get("purpose") or "",
            "unit": quantity.get("unit") or "",
            "amount": int(min(Decimal(quantity["amount"]), Decimal(_LARGEST)) * 1_000_000),
        }


def downgrade() -> None:
    """Remove all of it. Data that were renewed by taxon count as imported then.

    The kind of these renewals goes too: an older gateway does not know it, and would judge nothing.
    """
    allow("reference_import", "DELETE")
    for table in ("reference_fact", "reference_import"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'renewals'")  # noqa: S608  # fixed names
    forbid("reference_import", "DELETE")
    op.drop_column("reference_import", "whole_at")
    op.drop_index("ix_reference_fact_kind", "reference_fact")
    op.drop_table("quota_line")
