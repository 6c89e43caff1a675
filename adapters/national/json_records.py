"""JSON source: a list of permits in one file (.json), or one permit on each line (.jsonl).

Numbers keep the digits they are written with. A key may stand only once in an object. After a
record that cannot be read the next one is read, as far as the file allows.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adapters.national.attachments import RawAttachment
from adapters.national.context import RecordContext
from adapters.national.encoding import NOT_UTF_8, UTF_16, utf_16
from adapters.national.raw import RawObject, RawRecord, Value
from adapters.national.source import read_record
from adapters.national.values import JsonNumber, Scalar
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord

_WHITESPACE = " \t\r\n"
_MAX_DEPTH = 8


class JsonObject(dict[str, object]):
    """A JSON object. repeated: the keys that are written more than once."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.repeated = (
            [name for name in dict.fromkeys(names) if names.count(name) > 1]
            if len(self) < len(names)
            else []
        )


DECODER = json.JSONDecoder(
    object_pairs_hook=JsonObject,
    parse_float=JsonNumber,
    parse_int=JsonNumber,
    parse_constant=JsonNumber,
)


@dataclass(frozen=True, slots=True)
class Element:
    """A record of the file.

    row: index in the list, or line of the file, 1-based.  text: as written.
    value: the decoded JSON, where it can be read.  problem: the reason, where it cannot.
    """

    row: int
    text: str
    value: object = None
    problem: RecordInvalid | None = None


@dataclass(frozen=True, slots=True)
class JsonRecords:
    """NationalSource for JSON. elements: function that cuts a file into records."""

    elements: Callable[[Path], Iterator[Element]]
    context: RecordContext = field(default_factory=RecordContext)

    def count(self, file: Path) -> int:
        """How many records the file holds. Raises RecordInvalid for an unreadable file."""
        return sum(1 for _ in self.elements(file))

    def records(self, file: Path) -> Iterator[NationalRecord | RecordInvalid]:
        """Each record, or why it is refused. Raises RecordInvalid for an unreadable file."""
        for element in self.elements(file):
            if element.problem:
                yield element.problem
            elif isinstance(element.value, JsonObject):
                yield read_record(file, _raw(file, element.row, element.value), self.context)
            else:
                expected = "an object of the record's fields"
                text = "The record is no JSON object."
                yield RecordInvalid(text, file=file.name, row=element.row, expected=expected)


def json_elements(file: Path) -> Iterator[Element]:
    """The records of a .json file, which is a list.

    Raises RecordInvalid where the file is no JSON any more.
    """
    text = _decoded(_bytes(file), file, 1)
    at, row = _after_space(text, 0), 0
    if text[at : at + 1] != "[":
        raise RecordInvalid(
            "The file is not a list of permits.",
            file=file.name,
            row=1,
            expected="[ at its beginning",
        )
    at = _after_space(text, at + 1)
    while text[at : at + 1] != "]" or row == 0:
        if text[at : at + 1] == "]":
            break
        row += 1
        value, end = _decode(text, at, file, row)
        yield Element(row, text[at:end], value)
        at = _after_space(text, end)
        if text[at : at + 1] == ",":
            at = _after_space(text, at + 1)
            if text[at : at + 1] == "]":
                raise _broken(file, row + 1, text, at, "a record after the comma")
        elif text[at : at + 1] != "]":
            raise _broken(file, row, text, at, "a comma or ] after the record")
    if text[at + 1 :].strip(_WHITESPACE):
        raise _broken(file, max(row, 1), text, at + 1, "nothing after the list")


def jsonl_elements(file: Path) -> Iterator[Element]:
    """The records of a .jsonl file, one on each line. After a broken line the next one is read.

    Raises RecordInvalid for an unreadable file.
    """
    try:
        with file.open("rb") as handle:
            for row, line in enumerate(handle, start=1):
                if not line.strip(b" \t\r\n\xef\xbb\xbf"):
                    continue
                yield _line(file, row, line)
    except OSError as problem:
        raise unreadable(file, problem) from None


def _line(file: Path, row: int, line: bytes) -> Element:
    text = line.decode("utf-8", "replace").strip(_WHITESPACE)
    try:
        text = _decoded(line, file, row).strip(_WHITESPACE)
        value, end = _decode(text, 0, file, row)
        if end < len(text):
            raise _broken(file, row, text, end, "one record on the line")
    except RecordInvalid as problem:
        return Element(row, text, problem=problem)
    return Element(row, text, value)


def unreadable(file: Path, problem: OSError) -> RecordInvalid:
    """The error for a file that the operating system refuses to read."""
    reason = problem.strerror or "unknown reason"
    return RecordInvalid(
        f"The file cannot be read: {reason}.", file=file.name, row=1, expected="a readable file"
    )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise unreadable(file, problem) from None


def _decoded(content: bytes, file: Path, row: int) -> str:
    if utf_16(content):
        text, expected = UTF_16
        raise RecordInvalid(text, file=file.name, row=row, expected=expected)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        where = f" in line {line}" if b"\n" in content.rstrip(b"\n") else ""
        text = f"A byte{where} is not UTF-8."
        raise RecordInvalid(text, file=file.name, row=row, expected=NOT_UTF_8) from None


def _decode(text: str, at: int, file: Path, row: int) -> tuple[object, int]:
    try:
        return DECODER.raw_decode(text, at)
    except json.JSONDecodeError as problem:
        raise _broken(file, row, text, problem.pos, "JSON") from None
    except RecursionError:
        raise _broken(file, row, text, at, f"at most {_MAX_DEPTH} levels") from None


def _broken(file: Path, row: int, text: str, at: int, expected: str) -> RecordInvalid:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    where = f"line {line}, column {column}" if "\n" in text else f"column {column}"
    return RecordInvalid(
        f"The file breaks off at {where}.", file=file.name, row=row, expected=expected
    )


def _after_space(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _WHITESPACE:
        at += 1
    return at


# From JSON values to named values


def _raw(file: Path, row: int, record: JsonObject) -> RawRecord:
    """A raw record: values of the permit and of its lines, nested objects as dotted names."""
    problems: list[RecordInvalid] = []

    def refuse(field: str, text: str, expected: str) -> None:
        problems.append(
            RecordInvalid(text, file=file.name, row=row, field=field, expected=expected)
        )

    permit = JsonObject(
        [(name, value) for name, value in record.items() if name not in _READ_APART]
    )
    permit.repeated = record.repeated
    return RawRecord(
        RawObject(row, _flat(permit, refuse)),
        tuple(
            RawObject(
                row, _flat(line, refuse, called=f"positions[{index}]."), f"positions[{index}]."
            )
            for index, line in enumerate(_objects(record.get("positions"), refuse), start=1)
        ),
        tuple(_attachments(record.get("attachments"), refuse)),
        tuple(problems),
    )


_READ_APART = frozenset({"positions", "attachments"})
Refuse = Callable[[str, str, str], None]


def _flat(
    branch: JsonObject, refuse: Refuse, *, called: str = "", path: str = "", depth: int = 1
) -> dict[str, Value]:
    """Dotted names and values below an object; null and empty text count as absent.

    called: prefix for names in problems, `positions[1].` for a line.
    path: dotted name of the object inside the record.
    """
    flat: dict[str, Value] = {}
    for name in branch.repeated:
        refuse(called + path + name, "This key stands twice in the same object.", "each key once")
    for name, value in branch.items():
        own = path + name
        if "." in name:
            refuse(
                called + own,
                "A key holds a point.",
                "an object inside the object, one level for each point",
            )
        elif isinstance(value, JsonObject) and depth == _MAX_DEPTH:
            refuse(called + own, "The record is nested too deeply.", f"at most {_MAX_DEPTH} levels")
        elif isinstance(value, JsonObject):
            flat.update(_flat(value, refuse, called=called, path=f"{own}.", depth=depth + 1))
        elif isinstance(value, list):
            scalars = tuple(item for item in value if isinstance(item, Scalar))
            if len(scalars) < len(value):
                refuse(called + own, "The list holds something else than texts.", "a list of texts")
            flat[own] = scalars
        elif isinstance(value, Scalar) and value != "":
            flat[own] = value
    return flat


def _objects(value: object, refuse: Refuse) -> Iterator[JsonObject]:
    if value is None:
        return
    if not isinstance(value, list):
        refuse("positions", "The lines are no list.", "a list of objects")
        return
    for index, line in enumerate(value, start=1):
        if isinstance(line, JsonObject):
            yield line
        else:
            refuse(
                f"positions[{index}]", "The line is no object.", "an object of the line's fields"
            )


def _attachments(value: object, refuse: Refuse) -> Iterator[RawAttachment]:
    if value is None:
        return
    if not isinstance(value, list):
        refuse(
            "attachments",
            "The attachments are no list.",
            "a list of file names, or of objects with name and content",
        )
        return
    for item in value:
        if isinstance(item, str) and not isinstance(item, JsonNumber):
            yield RawAttachment(item)
        elif (
            isinstance(item, JsonObject)
            and set(item) == {"name", "content"}
            and all(map(_is_text, item.values()))
        ):
            yield RawAttachment(str(item["name"]), str(item["content"]))
        else:
            refuse(
                "attachments",
                "An attachment is neither a name nor an object.",
                "a file name, or name and content",
            )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, JsonNumber)
