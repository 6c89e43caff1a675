"""View of one permit of a source, box by box: cell, then value, then box."""

from rich import box
from rich.table import Table

from gateway.cli.console import plain
from gateway.exchange.ports import MappedRecord, MappedValue


def boxes(record: MappedRecord) -> Table:
    """A row for each value, in the order of the boxes."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("Box", "Line", "Row", "Column", "Cell", "Value", "Field"):
        table.add_column(column, overflow="fold")
    for value in ordered(record):
        cell = value.cell
        table.add_row(
            *map(
                plain,
                (
                    value.box or "-",
                    str(value.line or ""),
                    str(cell.row) if cell else "",
                    cell.column if cell else "(constant)",
                    _shown(cell.text) if cell else "",
                    _shown(value.value) if value.value is not None or _secret(value) else "?",
                    value.field,
                ),
            )
        )
    return table


def ordered(record: MappedRecord) -> list[MappedValue]:
    """Values in the order of the boxes: those of the permit first, then line by line."""
    return sorted(record.values, key=lambda value: (value.line or 0, _number(value.box)))


def as_json(record: MappedRecord) -> list[dict[str, object]]:
    """The values for a program."""
    return [
        {
            "box": value.box,
            "line": value.line,
            "field": value.field,
            "row": value.cell.row if value.cell else None,
            "column": value.cell.column if value.cell else None,
            "cell": value.cell.text if value.cell else None,
            "value": value.value,
        }
        for value in ordered(record)
    ]


def _secret(value: MappedValue) -> bool:
    return value.cell is not None and value.cell.text is None


def _shown(text: str | None) -> str:
    return "(secret)" if text is None else text


def _number(name: str | None) -> tuple[int, str]:
    digits = "".join(sign for sign in name or "99" if sign.isdigit())
    return int(digits), name or ""
