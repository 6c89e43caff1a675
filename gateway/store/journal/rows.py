"""Journal rows: an exchange as a row without stored content, and the exchange read from the row.

Deduplication: bytes that the store has anyway (documents, seals, attachments) are named in a row by
their SHA-256, and the answer is reassembled from them when it is read. No digest of a whole message
is stored: it can be taken at any time from the reassembled bytes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.stored_bytes import ComposedBytes, StoredBytes, in_base64, parts_of
from gateway.store.database.moments import in_utc
from gateway.store.database.prepared import Values
from gateway.store.tables import content
from gateway.store.tables import exchange as table

ATTRIBUTES = (
    table.c.id,
    table.c.direction,
    table.c.began_at,
    table.c.ended_at,
    table.c.operation,
    table.c.caller,
    table.c.callee,
    table.c.fingerprint,
    table.c.permit_number,
    table.c.outcome,
)
"""Columns of an exchange but its messages."""

ENTRY = select(*ATTRIBUTES, table.c.request, table.c.answer, table.c.answer_content)
"""Whole rows, as `exchanges` reads them."""

_BASE64 = "base64"
_PAGE_SIZE = 100


def values_of(exchange: Exchange) -> Values:
    """The row of an exchange."""
    answer, answer_content = _deduplicate(exchange.answer)
    return {
        "id": exchange.id,
        "direction": exchange.direction.value,
        "began_at": in_utc(exchange.began_at),
        "ended_at": in_utc(exchange.ended_at),
        "operation": exchange.operation,
        "caller": exchange.caller,
        "callee": exchange.callee,
        "fingerprint": exchange.fingerprint,
        "permit_number": exchange.permit_number,
        "outcome": exchange.outcome,
        "request": exchange.request,
        "answer": answer,
        "answer_content": answer_content,
    }


def exchanges(connection: Connection, rows: Sequence[Any]) -> Iterator[Exchange | None]:
    """The exchange of each row, in order; None for a damaged row."""
    for begin in range(0, len(rows), _PAGE_SIZE):
        page = rows[begin : begin + _PAGE_SIZE]
        keys = {key for row in page for key in referenced(row.answer_content)}
        stored = _contents(connection, keys) if keys else {}
        yield from (_exchange(tuple(row), stored) for row in page)


def _contents(connection: Connection, keys: Collection[str]) -> Mapping[str, bytes]:
    query = select(content.c.sha256, content.c.bytes).where(content.c.sha256.in_(keys))
    return {row.sha256: bytes(row.bytes) for row in connection.execute(query)}


def _exchange(row: Sequence[Any], stored: Mapping[str, bytes]) -> Exchange | None:
    identity, direction, began_at, ended_at, *words, request, answer, answer_content = row
    operation, caller, callee, fingerprint, permit_number, outcome = words
    try:
        if not all(isinstance(word, str | None) for word in (identity, *words)):
            raise TypeError
        return Exchange(
            identity,
            Direction(direction),
            _moment(began_at),
            _moment(ended_at),
            operation,
            caller,
            callee,
            fingerprint,
            permit_number,
            outcome,
            _bytes(request),
            _reassemble(_bytes(answer), answer_content, stored),
        )
    except (KeyError, ValueError, TypeError, OverflowError):  # not as `values_of` wrote it
        return None


def _moment(text: str) -> datetime:
    """The inverse of `in_utc`, strictly. Raises ValueError, TypeError, OverflowError."""
    moment = datetime.fromisoformat(text)
    if in_utc(moment) != text:
        raise ValueError
    return moment


def _bytes(value: object) -> bytes:
    """The bytes of a column. Raises TypeError.

    SQLite stores values of any type in any column, and `bytes(5)` would be five zero bytes.
    """
    if not isinstance(value, bytes | memoryview):
        raise TypeError
    return bytes(value)


def _deduplicate(answer: bytes) -> tuple[bytes, str | None]:
    """The columns `answer` and `answer_content`: own bytes, and references to stored content.

    References stand in the order of the answer, separated by blanks: `BEFORE:SHA256` or
    `BEFORE:SHA256:base64`, where BEFORE is the number of own bytes that come first.
    """
    own: list[bytes] = []
    references: list[str] = []
    length = 0
    for part in parts_of(answer):
        if isinstance(part, StoredBytes):
            suffix = f":{_BASE64}" if part.is_base64 else ""
            references.append(f"{length}:{part.key}{suffix}")
        else:
            own.append(part)
            length += len(part)
    return b"".join(own), " ".join(references) or None


def referenced(answer_content: object) -> list[str]:
    """SHA-256 of all stored content that an answer refers to, hex.

    Total, as a damaged row may hold anything.
    """
    fields = (reference.split(":") for reference in str(answer_content or "").split())
    return [field[1] for field in fields if len(field) > 1]


def _references(answer_content: str | None) -> Sequence[tuple[int, str, bool]]:
    """(number of own bytes before it, SHA-256, whether in base64) of each. Raises ValueError."""
    fields = [reference.split(":") for reference in (answer_content or "").split()]
    return [(int(before), key, bool(encoding)) for before, key, *encoding in fields]


def _reassemble(own: bytes, answer_content: str | None, stored: Mapping[str, bytes]) -> bytes:
    """The answer as it travelled: the inverse of `_deduplicate`.

    stored: content by its SHA-256. Raises KeyError, ValueError.
    """
    parts: list[bytes] = []
    done = 0
    for before, key, is_base64 in _references(answer_content):
        parts += (own[done:before], in_base64(stored[key]) if is_base64 else stored[key])
        done = before
    return ComposedBytes((*parts, own[done:]))
