"""Raw records: a permit and its lines as cut out of a file, with named values that are not read."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.national.attachments import RawAttachment
from adapters.national.values import Scalar
from gateway.domain.errors import RecordInvalid

Value = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class RawObject:
    """The named values of a permit or a line.

    row: of the file, 1-based.  prefix: goes before names of fields in problems (`positions[1].`).
    refused: fields whose value is a problem of the record already, so that none is missing.
    """

    row: int
    values: Mapping[str, Value]
    prefix: str = ""
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as cut out of its file. problems: found while it was cut out."""

    permit: RawObject
    lines: tuple[RawObject, ...]
    attachments: tuple[RawAttachment, ...] = ()
    problems: tuple[RecordInvalid, ...] = ()
