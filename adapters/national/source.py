"""How does a record of a national system become a permit? What every record format shares: from named values to Permit.

Each format cuts its file into RawRecords; `assemble` reads them by the table of fields.py and says everything that is
wrong with a record at once.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import cast

import cattrs

from adapters.national.attachments import MOST, Enclosed, attachment
from adapters.national.fields import IN_UNIT_OF_BOX_11, PERMIT, POSITION, SIGNATURES, Field
from adapters.national.values import ZONE, NotExpected, Scalar
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.published import Status
from gateway.exchange.ports import Attachment, NationalRecord

_LONGEST_SHOWN = 40

Value = Scalar | tuple[Scalar, ...]
Tree = dict[str, object]


@dataclass(frozen=True, slots=True)
class RawObject:
    """The named values of one permit or one line. row: where it stands.  prefix: how its fields are called outside."""

    row: int
    values: Mapping[str, Value]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as cut out of its file. problems: what its format has already found wrong with it."""

    permit: RawObject
    lines: tuple[RawObject, ...]
    enclosed: tuple[Enclosed, ...] = ()
    problems: tuple[RecordInvalid, ...] = ()


def assemble(file: Path, raw: RawRecord) -> NationalRecord | RecordInvalid:
    """Make the record a permit, or say all that is wrong with it, first things first."""
    reading = _Reading(file, list(raw.problems))
    reading.zone = reading.time_zone(raw.permit)
    tree = reading.tree(raw.permit, PERMIT)
    lines = [reading.tree(line, POSITION) for line in raw.lines]
    if not lines:
        reading.refuse(raw.permit, None, "The record has no line.", "at least one entry in positions", box="7")
    reading.check_status(raw.permit, tree)
    attachments = reading.attachments(raw)
    if reading.problems:
        return together(reading.problems)
    return _built(file, raw.permit.row, tree, lines, attachments)


def together(problems: Iterable[RecordInvalid]) -> RecordInvalid:
    """One error that carries all the problems of a record."""
    first, *further = problems
    return RecordInvalid(
        first.text, file=first.file, row=first.row, field=first.field, box=first.box, position=first.position,
        expected=first.expected, also=tuple(further),
    )  # fmt: skip


def unknown(name: str, known: Iterable[str]) -> str:
    """What to expect instead of a name that no field has."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"a field of the record format, perhaps {near[0]}" if near else "a field of the record format"


@dataclass(slots=True)
class _Reading:
    """One record being read; problems are gathered, not raised."""

    file: Path
    problems: list[RecordInvalid]
    zone: timezone = field(default=UTC)

    def refuse(
        self, raw: RawObject, name: str | None, text: str, expected: str, *, box: str | None = None
    ) -> None:  # fmt: skip
        """Note a problem of one field, with the line it stands in."""
        letter = raw.values.get("id") if raw.prefix else None
        self.problems.append(
            RecordInvalid(
                text, file=self.file.name, row=raw.row, field=None if name is None else raw.prefix + name, box=box,
                position=letter[:70] if isinstance(letter, str) and letter else None, expected=expected,
            )
        )  # fmt: skip

    def time_zone(self, raw: RawObject) -> timezone:
        """The zone in which plain dates of the record are meant; UTC where it names none (or a wrong one)."""
        try:
            value = raw.values.get("time_zone", "Z")
            return cast(timezone, ZONE.of(value, UTC)) if not isinstance(value, tuple) else UTC
        except NotExpected:
            return UTC

    def tree(self, raw: RawObject, fields: Mapping[str, Field]) -> Tree:
        """Read every field into a tree of attributes, as far as it can be read."""
        tree: Tree = {}
        for name in raw.values:
            if name not in fields:
                expected = unknown(name, fields)
                self.refuse(raw, name, f"There is no field of the name {_shown(raw.prefix + name)}.", expected)
        for known in fields.values():
            value = raw.values.get(known.name)
            if value is None or value == ():
                if known.required:
                    self.refuse(raw, known.name, "This field is missing.", known.kind.expected, box=known.box)
                continue
            read = self._read(raw, known, value)
            if known.to is not None and read is not None:
                _plant(tree, known.to, read)
        return tree

    def _read(self, raw: RawObject, known: Field, value: Value) -> object | None:
        if isinstance(value, tuple) and not known.many:
            self.refuse(
                raw, known.name, "A list stands where one value is expected.", known.kind.expected, box=known.box
            )
            return None
        many = value if isinstance(value, tuple) else (value,)
        read = []
        for one in many:
            try:
                read.append(known.kind.of(one, self.zone))
            except NotExpected as problem:
                shown = "The value" if known.kind.secret else _shown(one)
                text = f"{shown} is not what this field holds."
                self.refuse(raw, known.name, text, problem.expected, box=known.box)
        if known.many:
            return tuple(read)
        return read[0] if read else None

    def check_status(self, raw: RawObject, tree: Tree) -> None:
        """A replaced permit names its successor, and only a replaced one has any."""
        replaced, successor = tree.get("status") is Status.REPLACED, "successor" in raw.values
        if replaced and not successor:
            self.refuse(raw, "successor", "A replaced permit must name its successor.", "a permit number")
        if successor and not replaced and "status" not in {problem.field for problem in self.problems}:
            self.refuse(raw, "successor", "Only a replaced permit has a successor.", "nothing, or status replaced")

    def attachments(self, raw: RawRecord) -> tuple[Attachment, ...]:
        """Read the files that go with the permit."""
        if len(raw.enclosed) > MOST:
            self.refuse(raw.permit, "attachments", "Too many attachments.", f"at most {MOST}")
            return ()
        read: list[Attachment] = []
        for enclosed in raw.enclosed:
            try:
                read.append(attachment(self.file.parent, enclosed))
            except NotExpected as problem:
                text = f"The attachment {_shown(enclosed.name)} cannot be taken."
                self.refuse(raw.permit, "attachments", text, problem.expected)
        return tuple(read)


def _shown(value: Scalar) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    printable = "".join(character if character.isprintable() else "?" for character in text[:_LONGEST_SHOWN])
    return f'"{printable}{"..." if len(text) > _LONGEST_SHOWN else ""}"'


def _plant(tree: Tree, path: str, value: object) -> None:
    *branches, leaf = path.split(".")
    for branch in branches:
        tree = cast(Tree, tree.setdefault(branch, {}))
    tree[leaf] = value


def _built(
    file: Path, row: int, tree: Tree, lines: list[Tree], attachments: tuple[Attachment, ...]
) -> NationalRecord:  # fmt: skip
    permit = cast(Tree, tree["permit"])
    for block, letter in SIGNATURES.items():
        if block in permit:
            cast(Tree, permit[block])["letter"] = letter
    permit["positions"] = [_in_unit_of_box_11(line) for line in lines]
    beside = {"file": file.name, "row": row, "attachments": attachments}
    return _converter.structure({**tree, **beside}, NationalRecord)


def _in_unit_of_box_11(line: Tree) -> Tree:
    unit = cast(Tree, line["quantity"]).get("unit")
    for part, amount in IN_UNIT_OF_BOX_11:
        stated = cast(Tree, line.get(part, {})).get(amount)
        if stated is not None:
            cast(Tree, stated)["unit"] = unit
    return line


def _converters() -> cattrs.Converter:
    """Builds domain objects from trees; values that are already the domain's own stay as they are."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    for ready in (datetime, Decimal, CertificateNumber, TokenId, Status, Attachment):
        converter.register_structure_hook(ready, lambda value, _: value)
    return converter


_converter = _converters()
