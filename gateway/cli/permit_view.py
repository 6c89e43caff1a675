"""How does a permit look on a terminal, however narrow, and as JSON?"""

from collections.abc import Sequence

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gateway.cli.console import plain
from gateway.cli.permit_boxes import Row, header, line
from gateway.domain.permit import Permit


def view(permit: Permit) -> Group:
    """The whole permit: the document's boxes, then one table per line."""
    parts: list[Panel | Table] = [_panel(f"{permit.number}", header(permit))]
    for position in permit.positions:
        parts.append(_panel(f"Line {position.id}", line(position)))
    return Group(*parts)


def _panel(title: str, rows: Sequence[Row]) -> Panel:
    table = Table(box=None, show_header=False, padding=(0, 1), expand=True)
    table.add_column(justify="right", style="cyan", no_wrap=True, width=3)
    table.add_column(style="dim", ratio=2, overflow="fold")
    table.add_column(ratio=5, overflow="fold")
    for row in rows:
        table.add_row(Text(row.box), plain(row.label), plain(row.value))
    return Panel(table, title=plain(title), title_align="left", box=box.ROUNDED, padding=(0, 0))


def as_json(permit: Permit) -> dict[str, object]:
    """Number, type, and every box that holds something, of the document and of each line."""
    return {
        "number": permit.number.text,
        "type": permit.type,
        "valid_until": permit.valid_until.isoformat() if permit.valid_until else None,
        "boxes": _rows(header(permit)),
        "lines": [{"line": position.id, "boxes": _rows(line(position))} for position in permit.positions],
    }


def _rows(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [{"box": row.box, "label": row.label, "value": row.value} for row in rows]
