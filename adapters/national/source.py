"""National record reader: from the named values of a record to a permit, for every file format.

Each format cuts its file into RawRecords. `read_record` reads them by the table of `fields` and
reports all problems of a record at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import cast

import cattrs

from adapters.national.attachments import read_attachment
from adapters.national.context import RecordContext
from adapters.national.fields import (
    COUNTED_AMOUNTS,
    PERMIT,
    POSITION,
    QUOTA_AMOUNTS,
    SIGNATURES,
    RecordField,
)
from adapters.national.raw import RawObject, RawRecord, Value
from adapters.national.usual_names import nearest
from adapters.national.values import ZONE, Scalar, UnexpectedValue
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.permit.status import Status
from gateway.domain.supporting.content import MAX_TRAVELLING_BYTES, MAX_TRAVELLING_FILES
from gateway.exchange.ports import Attachment, NationalRecord

_MAX_QUOTED = 40

Tree = dict[str, object]


def read_record(
    file: Path, raw: RawRecord, context: RecordContext
) -> NationalRecord | RecordInvalid:
    """Read a record: its permit, or an error with all its problems in the order they were found.

    file: that of the record; attachments are read from its folder.
    """
    reader = _RecordReader(file, list(raw.problems))
    permit = reader.decrypted(raw.permit, context)
    reader.zone = reader.time_zone(permit, context.time_zone(permit))
    tree = reader.tree(context.with_defaults(permit), PERMIT)
    lines = [reader.tree(reader.decrypted(line, context), POSITION) for line in raw.lines]
    if not lines:
        reader.refuse(
            raw.permit, None, "The record has no line.", "at least one entry in positions", box="7"
        )
    reader.check_status(raw.permit, tree)
    attachments = reader.attachments(raw, cast(Status, tree.get("status", Status.ISSUED)))
    if reader.problems:
        return combined(reader.problems)
    return _national_record(file, raw.permit.row, tree, lines, attachments)


def combined(problems: Iterable[RecordInvalid]) -> RecordInvalid:
    """Combine all problems of a record into one error. problems: at least one."""
    first, *further = problems
    return RecordInvalid(
        first.text,
        file=first.file,
        row=first.row,
        field=first.field,
        box=first.box,
        position=first.position,
        expected=first.expected,
        also=tuple(further),
    )


def expected_field(name: str, known: Iterable[str]) -> str:
    """The expectation for an unknown field name, with the known field that it may mean."""
    near = nearest(name, known)
    return f"a field of the record format{f', perhaps {near}' if near else ''}"


@dataclass(slots=True)
class _RecordReader:
    """State of reading a record. Problems are collected, not raised, so that all are reported."""

    file: Path
    problems: list[RecordInvalid]
    zone: tzinfo = field(default=UTC)

    def refuse(
        self, raw: RawObject, name: str | None, text: str, expected: str, *, box: str | None = None
    ) -> None:
        """Note a problem of one field, with the line it stands in."""
        letter = raw.values.get("id") if raw.prefix else None
        self.problems.append(
            RecordInvalid(
                text,
                file=self.file.name,
                row=raw.row,
                field=None if name is None else raw.prefix + name,
                box=box,
                position=letter[:70] if isinstance(letter, str) and letter else None,
                expected=expected,
            )
        )

    def decrypted(self, raw: RawObject, context: RecordContext) -> RawObject:
        """A permit or line with the tokens of an earlier refusal as they were issued."""
        try:
            return context.decrypted(raw)
        except UnexpectedValue as problem:
            self.refuse(raw, "token", "The token is encrypted.", problem.expected)
            return raw

    def time_zone(self, raw: RawObject, default: tzinfo) -> tzinfo:
        """The time zone for plain dates of the record.

        The default where it names none, or a wrong one.
        """
        value = raw.values.get("time_zone")
        if value is None or isinstance(value, tuple):
            return default
        try:
            return cast(tzinfo, ZONE.of(value, UTC))
        except UnexpectedValue:
            return default

    def tree(self, raw: RawObject, fields: Mapping[str, RecordField]) -> Tree:
        """Read every field into a tree of attributes; a field that cannot be read is left out."""
        tree: Tree = {}
        for name in raw.values:
            if name not in fields:
                expected = expected_field(name, fields)
                self.refuse(
                    raw,
                    name,
                    f"There is no field of the name {_quoted(raw.prefix + name)}.",
                    expected,
                )
        for known in fields.values():
            value = raw.values.get(known.name)
            if value is None or value == ():
                if known.required and known.name not in raw.refused:
                    self.refuse(
                        raw,
                        known.name,
                        "This field is missing.",
                        known.value_type.expected,
                        box=known.box,
                    )
                continue
            read = self._read(raw, known, value)
            if known.to is not None and read is not None:
                _set_at(tree, known.to, read)
        return tree

    def _read(self, raw: RawObject, known: RecordField, value: Value) -> object | None:
        if isinstance(value, tuple) and not known.many:
            self.refuse(
                raw,
                known.name,
                "A list stands where one value is expected.",
                known.value_type.expected,
                box=known.box,
            )
            return None
        scalars = value if isinstance(value, tuple) else (value,)
        read = []
        for scalar in scalars:
            try:
                read.append(known.value_type.of(scalar, self.zone))
            except UnexpectedValue as problem:
                quoted = "The value" if known.value_type.secret else _quoted(scalar)
                text = f"{quoted} is not what this field holds."
                self.refuse(raw, known.name, text, problem.expected, box=known.box)
        if known.many:
            return tuple(read)
        return read[0] if read else None

    def check_status(self, raw: RawObject, tree: Tree) -> None:
        """Check that a replaced permit names its successor, and no other permit does."""
        replaced, successor = tree.get("status") is Status.REPLACED, "successor" in raw.values
        if replaced and not successor:
            self.refuse(
                raw, "successor", "A replaced permit must name its successor.", "a permit number"
            )
        if (
            successor
            and not replaced
            and "status" not in {problem.field for problem in self.problems}
        ):
            self.refuse(
                raw,
                "successor",
                "Only a replaced permit has a successor.",
                "nothing, or status replaced",
            )

    def attachments(self, raw: RawRecord, status: Status) -> tuple[Attachment, ...]:
        """Read the files that go with the permit, or went with it before its end."""
        if len(raw.attachments) > MAX_TRAVELLING_FILES:
            expected = f"at most {MAX_TRAVELLING_FILES}"
            self.refuse(raw.permit, "attachments", "Too many attachments.", expected)
            return ()
        read: list[Attachment] = []
        for raw_attachment in raw.attachments:
            try:
                read.append(
                    read_attachment(self.file.parent, raw_attachment, travels=status.in_force)
                )
            except UnexpectedValue as problem:
                text = f"The attachment {_quoted(raw_attachment.name)} cannot be taken."
                self.refuse(raw.permit, "attachments", text, problem.expected)
        if sum(len(each.content) for each in read) > MAX_TRAVELLING_BYTES:
            expected = f"at most {MAX_TRAVELLING_BYTES // 1024 // 1024} MB in all"
            self.refuse(raw.permit, "attachments", "The attachments are too large.", expected)
        return tuple(read)


def _quoted(value: Scalar) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    printable = "".join(
        character if character.isprintable() else "?" for character in text[:_MAX_QUOTED]
    )
    return f'"{printable}{"..." if len(text) > _MAX_QUOTED else ""}"'


def _set_at(tree: Tree, path: str, value: object) -> None:
    *branches, leaf = path.split(".")
    for branch in branches:
        tree = cast(Tree, tree.setdefault(branch, {}))
    tree[leaf] = value


def _national_record(
    file: Path, row: int, tree: Tree, lines: list[Tree], attachments: tuple[Attachment, ...]
) -> NationalRecord:
    permit = cast(Tree, tree["permit"])
    for block, letter in SIGNATURES.items():
        if block in permit:
            cast(Tree, permit[block])["letter"] = letter
    permit["positions"] = [_with_units(line) for line in lines]
    beside = {"file": file.name, "row": row, "attachments": attachments}
    return _converter.structure({**tree, **beside}, NationalRecord)


def _with_units(line: Tree) -> Tree:
    """A line whose amounts have units: box 14 that of box 11, box 11a its own."""
    quota, examination = (cast(Tree, line.get(part, {})) for part in ("quota", "examination"))
    unit = quota.pop("unit", None)
    for amount in QUOTA_AMOUNTS:
        if amount in quota:
            cast(Tree, quota[amount])["unit"] = unit
    for amount in COUNTED_AMOUNTS:
        if amount in examination:
            counted = cast(Tree, examination[amount])
            counted["unit"] = cast(Tree, line["quantity"]).get("unit")
    return line


def _converters() -> cattrs.Converter:
    """A converter from trees to domain objects; leaves are domain values already and stay."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    for ready in (datetime, Decimal, CertificateNumber, TokenId, Status, Attachment):
        converter.register_structure_hook(ready, lambda value, _: value)
    return converter


_converter = _converters()
