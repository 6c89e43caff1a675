"""Boxes of a permit code as rows of the form, with the names of codes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gateway.cli.console import laid_out, plain
from gateway.domain.codes import Language, code_name, document_type, form_wording
from gateway.domain.foreign_text import one_line
from gateway.domain.paper.boxes import ShownBox
from gateway.domain.paper.statement import PaperStatement


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes in a language."""

    language: Language

    def head(self, said: PaperStatement) -> Iterator[RenderableType]:
        """Boxes of the document."""
        yield self._table(said.head())

    def lines(self, said: PaperStatement) -> Iterator[RenderableType]:
        """Each line that stands in the code."""
        for letter, boxes in said.body():
            yield Text(
                f"{form_wording()['line'].name(self.language)} {one_line(letter)}", style="bold"
            )
            yield self._table(boxes)

    def head_as_json(self, said: PaperStatement) -> list[dict[str, str]]:
        """Boxes of the document: number, words of the form, value."""
        return list(self._rows(said.head()))

    def lines_as_json(self, said: PaperStatement) -> Sequence[dict[str, object]]:
        """Each line with its boxes."""
        return [{"line": letter, "boxes": list(self._rows(boxes))} for letter, boxes in said.body()]

    def _table(self, boxes: Iterable[ShownBox]) -> Table:
        table = Table(box=None, show_header=False, padding=(0, 1))
        table.add_column(justify="right", style="cyan", no_wrap=True, width=3)
        table.add_column(style="dim", ratio=2, overflow="fold")
        table.add_column(ratio=3, overflow="fold")
        for box in boxes:
            value = laid_out([self._value(box, text) for text in box.lines])
            table.add_row(Text(box.box), plain(self._label(box)), value)
        return table

    def _rows(self, boxes: Iterable[ShownBox]) -> Iterator[dict[str, str]]:
        for box in boxes:
            value = "\n".join(one_line(self._value(box, text)) for text in box.lines)
            yield {"box": box.box, "label": self._label(box), "value": value}

    def _label(self, box: ShownBox) -> str:
        return form_wording()[box.word].name(self.language)

    def _value(self, box: ShownBox, text: str) -> str:
        if box.word == "kind":
            return document_type(text).name(self.language)
        name = code_name(box.codes, text, self.language) if box.codes else None
        return f"{text} ({name})" if name else text
