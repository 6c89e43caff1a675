"""How is a gateway written down? Lines of JSON: what it is, its files, its tables row by row, and an end.

{"epix-gateway backup": 1, "software": ..., "revision": ..., "made_at": ...}
{"file": "conf/gateway.toml", "mode": 384, "content": base64}, {"link": "keys/seal/current", "to": "2026-11-21"}
{"table": "permit", "columns": {"id": "integer", ...}, "rows": 2}
[1, ...]                           one line for each row; bytes in base64
{"end": "permit", "sha256": ...}   of the lines of its rows, each with its line feed
{"end": "backup", "tables": 20}
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from gateway.domain.errors import BackupInvalid
from gateway.exchange.ports import Kind, Row, Value

FORM = "epix-gateway backup"
VERSION = 1

_TYPES: dict[Kind, type] = {Kind.INTEGER: int, Kind.TEXT: str, Kind.TRUTH: bool, Kind.BYTES: str}
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the working directory. path: from there, with `/`.  mode: of its permissions."""

    path: str
    mode: int
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptLink:
    """A symbolic link of the working directory, relative, to something else in it."""

    path: str
    to: str


def line(said: object) -> bytes:
    """One line."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_line(text: bytes) -> object:
    """The inverse of `line`. Raises BackupInvalid."""
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        raise BackupInvalid("The backup has a line that is not JSON.") from None
    return said


def file_line(entry: KeptFile | KeptLink) -> bytes:
    """A file or link."""
    if isinstance(entry, KeptLink):
        return line({"link": entry.path, "to": entry.to})
    return line({"file": entry.path, "mode": entry.mode, "content": b64encode(entry.content).decode("ascii")})


def row_line(row: Row) -> bytes:
    """One row of a table."""
    return line([b64encode(value).decode("ascii") if isinstance(value, bytes) else value for value in row])


def read_row(text: bytes, kinds: tuple[Kind, ...]) -> Row:
    """The inverse of `row_line`. Raises BackupInvalid for one that is not of these kinds."""
    said = read_line(text)
    if not isinstance(said, list) or len(said) != len(kinds):
        raise BackupInvalid("The backup has a row that is not of its table.")
    return [_value(value, kind) for value, kind in zip(said, kinds, strict=True)]


def _value(said: object, kind: Kind) -> Value:
    if said is None:
        return None
    try:
        if type(said) is not _TYPES[kind] or (isinstance(said, int) and not -_LARGEST <= said < _LARGEST):
            raise ValueError
        if isinstance(said, str):
            content = said.encode()
            return b64decode(content, validate=True) if kind is Kind.BYTES else said
    except (ValueError, NotBase64):
        raise BackupInvalid("The backup has a value that is not of its column.") from None
    assert isinstance(said, int)  # noqa: S101  # an integer or a truth: what is left
    return said
