"""XML rows: records and lines by XPath, read with the hardened parser.

A path gives one value: the text of an element, or an attribute. Extension functions and variables
of XPath are not there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree

from adapters.national.json_records import unreadable
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import Cell, SourceRow, UnreadableCell
from gateway.wire.xml_parser import hardened_parser, has_doctype, has_namespace_error

MAX_FILE_BYTES = 64 * 1024 * 1024
_SEVERAL = UnreadableCell("one value; the path finds several")


@dataclass(frozen=True, slots=True)
class XmlRows:
    """SourceRows of an XML file. permit, line: XPath from a record, and from a line of it.

    records: XPath of the records, from the root.  lines: XPath of the lines, from a record; None
    where a record is one line.
    """

    file: Path
    records: str
    lines: str | None
    namespaces: Mapping[str, str]
    permit: Sequence[str]
    line: Sequence[str]
    sheet: None = None

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.file.name

    def rows(self) -> Iterator[SourceRow]:
        """Yield each line as a row. `row` is the line of the file where it begins.

        Raises RecordInvalid for a file that is no XML, or a path that is no XPath.
        """
        root = self._root()
        permit, own = ({path: self._path(path) for path in paths} for paths in self._paths)
        records = self._elements(root, self.records)
        if not records:
            raise self._refused(f"There is no element at {self.records}.", "the path of records")
        for number, record in enumerate(records, 1):
            lines = [record] if self.lines is None else self._elements(record, self.lines)
            shared = self._cells(record, permit)
            for line in lines or [etree.Element("none")]:
                row = cast(int | None, (line if lines else record).sourceline) or number
                yield SourceRow(row, {**shared, **self._cells(line, own)}, number)

    @property
    def _paths(self) -> tuple[Sequence[str], Sequence[str]]:
        return self.permit, self.line

    def _root(self) -> etree._Element:
        try:
            if self.file.stat().st_size > MAX_FILE_BYTES:
                raise self._refused("The file is too large.", f"{MAX_FILE_BYTES // 1024**2} MB")
            parser = hardened_parser(keep_comments=False, collect_ids=False)
            root = etree.fromstring(self.file.read_bytes(), parser)
        except OSError as problem:
            raise unreadable(self.file, problem) from None
        except etree.XMLSyntaxError as problem:
            raise self._refused(
                f"The file is not XML: {problem.msg}.", "XML", problem.lineno or 1
            ) from None
        if has_doctype(root) or has_namespace_error(parser):
            text = "The file has a document type declaration, or an undeclared prefix."
            raise self._refused(text, "XML without a DOCTYPE")
        return root

    def _path(self, path: str) -> etree.XPath:
        try:
            return etree.XPath(path, namespaces=dict(self.namespaces), smart_strings=False)
        except etree.XPathError as problem:
            raise self._refused(f"{path} is no XPath: {problem}.", "XPath 1.0") from None

    def _elements(self, element: etree._Element, path: str) -> list[etree._Element]:
        found = self._found(element, self._path(path))
        return [each for each in found if isinstance(each, etree._Element)]

    def _cells(self, element: etree._Element, paths: Mapping[str, etree.XPath]) -> dict[str, Cell]:
        cells: dict[str, Cell] = {}
        for name, path in paths.items():
            found = [_text(each) for each in self._found(element, path)]
            if found:
                cells[name] = found[0] if len(found) == 1 else _SEVERAL
        return cells

    def _found(self, element: etree._Element, path: etree.XPath) -> list[object]:
        try:
            found = path(element)
        except etree.XPathError as problem:
            raise self._refused(f"{path.path} is no XPath: {problem}.", "XPath 1.0") from None
        return list(found) if isinstance(found, list) else [found]

    def _refused(self, text: str, expected: str, row: int = 1) -> RecordInvalid:
        return RecordInvalid(text, file=self.name, row=row, expected=expected)


def _text(found: object) -> str:
    if isinstance(found, etree._Element):
        return "".join(map(str, found.itertext()))
    return str(found)
