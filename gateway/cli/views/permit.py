"""View of a permit as the standard form shows it, on a terminal of any width and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gateway.cli.console import laid_out, plain
from gateway.cli.views.words import word
from gateway.domain.codes import Language, form_wording
from gateway.domain.form.boxes import Form, Row
from gateway.domain.form.unreadable import as_json as unreadable_as_json
from gateway.domain.form.unreadable import marked
from gateway.domain.form.variants import of_line_as_json, of_permit_as_json
from gateway.domain.permit.permit import Permit

_NARROW_COLUMNS = 70
"""Below this, the value of a box stands under its words, not beside them."""


def view(permit: Permit, language: Language = "english") -> Group:
    """The whole permit: boxes 1 to 6, then line by line 7 to 12b, then 13 to 15 and the notes."""
    form = Form(permit, language)
    kind = permit.document_type.name(language)
    head = marked(form.head(), permit, language)
    parts: list[RenderableType] = [_panel(f"{kind} {permit.number}", head, language)]
    for position in permit.positions:
        title = f"{form_wording()['line'].name(language)} {position.id}"
        rows = marked(form.line(position), permit, language, [position.id])
        parts.append(_panel(title, rows, language))
    everywhere = [None, *(position.id for position in permit.positions)]
    foot = marked(form.foot(permit.positions), permit, language, everywhere)
    parts.append(_panel("", foot, language))
    parts += [Padding(Text(note, style="dim"), (0, 1)) for note in form.notes()]
    return Group(*parts)


def _panel(title: str, rows: Sequence[Row], language: Language) -> Panel:
    return Panel(
        _Rows(rows, word("blank", language)),
        title=plain(title) if title else None,
        title_align="left",
        box=box.ROUNDED,
        padding=(0, 0),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of boxes. blank: what stands in a blank box."""

    rows: Sequence[Row]
    blank: str

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        narrow = options.max_width < _NARROW_COLUMNS
        table = Table(box=None, show_header=False, padding=(0, 1), expand=True)
        table.add_column(justify="right", style="cyan", no_wrap=True, width=3)
        if not narrow:
            table.add_column(style="dim", ratio=2, overflow="fold")
        table.add_column(ratio=3, overflow="fold")
        for row in self.rows:
            value = laid_out(row.lines) if row.lines else Text(self.blank, style="dim italic")
            if narrow:
                label = plain(row.label)
                label.stylize("dim")
                table.add_row(Text(row.box), Text("\n").join((label, value)))
            else:
                table.add_row(Text(row.box), plain(row.label), value)
        yield table


def as_json(permit: Permit, language: Language = "english") -> dict[str, object]:
    """Number, type, and every box, of the document and of each line; blank boxes are empty.

    The quantities of box 14 stand in their lines. Variants stand in rows of the form, and once more
    under names that are the same in every language.
    """
    form = Form(permit, language)
    return {
        "number": permit.number.text,
        "type": permit.type,
        "valid_until": permit.valid_until.isoformat() if permit.valid_until else None,
        "boxes": _rows(marked([*form.head(), *form.foot()], permit, language)),
        "lines": [
            {
                "line": line.id,
                "boxes": _rows(
                    marked(
                        [*form.line(line), form.endorsed(line), *form.inspected(line)],
                        permit,
                        language,
                        [line.id],
                    )
                ),
                "variants": of_line_as_json(line),
            }
            for line in permit.positions
        ],
        "variants": of_permit_as_json(permit),
        "unreadable": unreadable_as_json(permit),
    }


def _rows(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [{"box": row.box, "label": row.label, "value": row.value} for row in rows]
