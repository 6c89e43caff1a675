"""What does the journal keep of an exchange, and how does the exchange come back from it?

What the store keeps for good (documents, seals, attachments) an entry only names, by SHA-256; the raw bytes are put
together again when they are read. No digest of a whole message is taken here: it can be, at any time, from these bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.spliced import Kept, Spliced, in_base64, parts_of
from gateway.store.kept import Values
from gateway.store.moments import in_utc
from gateway.store.tables import content
from gateway.store.tables import exchange as table

ENTRY = select(
    table.c.id, table.c.direction, table.c.began_at, table.c.ended_at, table.c.operation, table.c.caller,
    table.c.callee, table.c.fingerprint, table.c.permit_number, table.c.outcome, table.c.request, table.c.answer,
    table.c.answer_content,
)  # fmt: skip
"""Whole rows, as `exchanges` takes them."""

_BASE64 = "base64"
_AT_ONCE = 100


def values_of(exchange: Exchange) -> Values:
    """The row of an exchange."""
    answer, answer_content = _taken_apart(exchange.answer)
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
    """Each exchange as it was, in the order of the rows; None for a row out of which none can be made any more."""
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        wanted = {key for row in some for key in named_in(row.answer_content)}
        found = select(content.c.sha256, content.c.bytes).where(content.c.sha256.in_(wanted))
        kept = {row.sha256: bytes(row.bytes) for row in connection.execute(found)} if wanted else {}
        yield from (_exchange(tuple(row), kept) for row in some)


def _exchange(row: Sequence[Any], kept: Mapping[str, bytes]) -> Exchange | None:
    identity, direction, began_at, ended_at, *words, request, answer, answer_content = row
    operation, caller, callee, fingerprint, permit_number, outcome = words
    try:
        if not all(isinstance(word, str | None) for word in (identity, *words)):
            raise TypeError
        return Exchange(
            identity, Direction(direction), _moment(began_at), _moment(ended_at), operation, caller, callee,
            fingerprint, permit_number, outcome, _bytes(request), _put_together(_bytes(answer), answer_content, kept),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, OverflowError):  # somebody has been at the file
        return None


def _moment(text: str) -> datetime:
    """Written as `in_utc` writes it. Raises ValueError, TypeError, OverflowError."""
    moment = datetime.fromisoformat(text)
    if in_utc(moment) != text:
        raise ValueError
    return moment


def _bytes(kept: object) -> bytes:
    """SQLite keeps values of any kind, and of a number Python would make so many bytes. Raises TypeError."""
    if not isinstance(kept, bytes | memoryview):
        raise TypeError
    return bytes(kept)


def _taken_apart(answer: bytes) -> tuple[bytes, str | None]:
    """What an entry has to keep of an answer: the bytes that are nowhere else, and what belongs in between.

    The latter in the order of the answer, one blank between two: `BEFORE:SHA256` or `BEFORE:SHA256:base64`, where
    BEFORE says how many of the bytes kept here come first.
    """
    own: list[bytes] = []
    places: list[str] = []
    length = 0
    for part in parts_of(answer):
        if isinstance(part, Kept):
            places.append(f"{length}:{part.key}:{_BASE64}" if part.is_base64 else f"{length}:{part.key}")
        else:
            own.append(part)
            length += len(part)
    return b"".join(own), " ".join(places) or None


def named_in(answer_content: object) -> list[str]:
    """SHA-256 of all content that an answer is put together from."""
    fields = (place.split(":") for place in str(answer_content or "").split())
    return [field[1] for field in fields if len(field) > 1]


def _places(answer_content: str | None) -> Sequence[tuple[int, str, bool]]:
    """(bytes before it, SHA-256, whether in base64) of each."""
    found = [place.split(":") for place in (answer_content or "").split()]
    return [(int(before), key, bool(encoding)) for before, key, *encoding in found]


def _put_together(own: bytes, answer_content: str | None, kept: Mapping[str, bytes]) -> bytes:
    """The answer as it travelled, from what `_taken_apart` gave."""
    parts: list[bytes] = []
    done = 0
    for before, key, is_base64 in _places(answer_content):
        parts += (own[done:before], in_base64(kept[key]) if is_base64 else kept[key])
        done = before
    return Spliced((*parts, own[done:]))
