"""Traceability: lines of re-exports with the document that their goods came with.

The lines of permits that are there are written once, here. An older gateway would publish without
them, so it has to stop first.
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from gateway.domain.white_space import collapsed

revision = "0031"
down_revision = "0030"
expands = False

_AT_ONCE = 500
_LONGEST = 70


def upgrade() -> None:
    """Make both tables, and fill the first."""
    op.create_table(
        "reexport_line",
        sa.Column("permit_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("came_country", sa.String(2), nullable=False),
        sa.Column("came_number", sa.String(_LONGEST), nullable=False),
        sa.PrimaryKeyConstraint("permit_id", "position", name="pk_reexport_line"),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name="fk_reexport_line_permit"),
    )
    _fill()
    op.create_index("ix_reexport_line_came", "reexport_line", ["came_number", "came_country"])
    op.create_index("ix_reexport_line_day", "reexport_line", ["day", "permit_id"])
    op.create_table(
        "foreign_reexport",
        sa.Column("came_number", sa.String(_LONGEST), nullable=False),
        sa.Column("came_country", sa.String(2), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("number", sa.String(_LONGEST), nullable=False),
        sa.Column("seen_at", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint(
            "came_number", "came_country", "country", "number", name="pk_foreign_reexport"
        ),
    )


def _fill() -> None:
    bind = op.get_bind()
    page = sa.text("SELECT id, content FROM permit WHERE id > :last ORDER BY id LIMIT :most")
    insert = sa.text(
        "INSERT INTO reexport_line VALUES (:permit, :position, :day, :country, :number)"
    )
    last = 0
    while permits := bind.execute(page, {"last": last, "most": _AT_ONCE}).all():
        last = permits[-1].id
        rows = [
            {"permit": each.id, **line}
            for each in permits
            for line in _lines(json.loads(each.content))
        ]
        if rows:
            bind.execute(insert, rows)


def _lines(form: dict[str, Any]) -> Iterator[dict[str, object]]:
    """Lines of a re-export, as the gateway writes them from this revision on."""
    if form.get("type") != "REEXPORT":
        return
    for line in form.get("positions", ()):
        last, origin = line.get("last_reexport") or {}, line.get("origin") or {}
        country, number = (
            _named(last.get("country"), last.get("certificate"))
            or _named(origin.get("country"), origin.get("permit"))
            or ("", "")
        )
        yield {
            "position": line["id"],
            "day": (form.get("issued_at") or "")[:10],
            "country": country,
            "number": number,
        }


def _named(country: Any, document: Any) -> tuple[str, str] | None:
    code = str((country or {}).get("code") or "")
    number = collapsed(str((document or {}).get("number") or ""))
    return (code, number) if len(code) == 2 and 0 < len(number) <= _LONGEST else None


def downgrade() -> None:
    """Remove both tables."""
    op.drop_table("foreign_reexport")
    op.drop_table("reexport_line")
