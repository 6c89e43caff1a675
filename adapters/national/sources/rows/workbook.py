"""Workbook package: an .xlsx file as a zip archive, within bounds, and the cells of its sheets.

A zip bomb is refused before its content is parsed: sizes are bounded, and each part is read to its
end, so that a size that the archive states wrongly is found by its checksum.
Source: ECMA-376, part 2.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree

from gateway.domain.errors import RecordInvalid
from gateway.wire.xml_parser import (
    hardened_parser,
    hardened_pull_parser,
    has_doctype,
    has_namespace_error,
)

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PART_BYTES = 256 * 1024 * 1024
"""Of all parts together, unpacked."""
MAX_PARTS = 2_000
_PIECE_BYTES = 1024 * 1024
_MAX_INDEX_BYTES = 4 * 1024 * 1024
_PLACE = re.compile(r"(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,6})")
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Workbook:
    """An archive that was checked."""

    name: str
    archive: zipfile.ZipFile

    def cells_of(self, sheet: str) -> Iterator[etree._Element]:
        """Each cell element of a sheet; nothing where there is no such sheet.

        Raises etree.XMLSyntaxError, RecordInvalid.
        """
        part = self._part_of(sheet)
        if part is None:
            return
        parser = hardened_pull_parser(encoding=None)
        root = None
        with self.archive.open(part) as content:
            while piece := content.read(_PIECE_BYTES):
                parser.feed(piece)
                for event, found in parser.read_events():
                    element = cast(etree._Element, found)
                    if root is None:
                        root = element
                        if has_doctype(root):
                            raise refused(self.name, "The sheet has a document type declaration.")
                    name = str(element.tag).rpartition("}")[2] if event == "end" else ""
                    if name == "c":
                        yield element
                    elif name == "row":
                        element.clear()
        parser.close()
        if has_namespace_error(parser):
            raise refused(self.name, "The sheet has an undeclared prefix.")

    def _part_of(self, sheet: str) -> str | None:
        index = self._index("xl/workbook.xml")
        relations = self._index("xl/_rels/workbook.xml.rels")
        ids = {each.get("name"): each.get(_RELATION_ID) for each in index.iter("{*}sheet")}
        for each in relations.iter("{*}Relationship"):
            if each.get("Id") == ids.get(sheet) and sheet in ids:
                target = each.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                part = posixpath.normpath(path)
                if part not in self.archive.namelist():
                    raise refused(self.name, f"The sheet {sheet!r} is not in the file.")
                return part
        return None

    def _index(self, part: str) -> etree._Element:
        try:
            info = self.archive.getinfo(part)
        except KeyError:
            raise refused(self.name, f"The file has no part {part}.") from None
        if info.file_size > _MAX_INDEX_BYTES:
            raise refused(self.name, f"The part {part} is too long.")
        try:
            parser = hardened_parser(keep_comments=False, collect_ids=False)
            root = etree.fromstring(self.archive.read(part), parser)
        except etree.XMLSyntaxError:
            raise refused(self.name, f"The part {part} is not XML.") from None
        if has_doctype(root):
            raise refused(self.name, f"The part {part} has a document type declaration.")
        return root


@contextmanager
def open_workbook(file: Path) -> Iterator[Workbook]:
    """Open an .xlsx file within bounds. Raises RecordInvalid, OSError."""
    if file.suffix.lower() != ".xlsx":
        raise refused(file.name, "Only .xlsx files are read: save the workbook as .xlsx.")
    if file.stat().st_size > MAX_FILE_BYTES:
        raise refused(file.name, f"The file has more than {MAX_FILE_BYTES // 1024**2} MB.")
    try:
        with zipfile.ZipFile(file) as archive:
            _require_bounds(file.name, archive)
            yield Workbook(file.name, archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError):
        raise refused(file.name, "The file is damaged, encrypted, or no .xlsx file.") from None


def _require_bounds(name: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise refused(name, f"The file has more than {MAX_PARTS} parts.")
    if sum(part.file_size for part in parts) > MAX_PART_BYTES:
        raise refused(name, f"Unpacked the file has more than {MAX_PART_BYTES // 1024**2} MB.")
    if len({part.filename for part in parts}) < len(parts):
        raise refused(name, "The file has two parts of one name.")
    for part in parts:
        with archive.open(part) as content:
            while content.read(_PIECE_BYTES):
                pass


def cell_place(reference: str) -> tuple[int, int] | None:
    """Row, from 1, and column, from 0, of a reference such as `B7`; None where it is none."""
    found = _PLACE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found["column"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found["row"]), column - 1


def refused(name: str, text: str) -> RecordInvalid:
    """The error of a file that is no workbook within bounds."""
    return RecordInvalid(text, file=name, row=1, expected="an .xlsx file as Excel saves it")
