"""What exactly is sealed of the journal? One text per record, and one signed statement per batch of them.

The forms are fixed: what they say can be computed again by anybody, from the records alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, get_type_hints

from gateway.domain.merkle import leaf
from gateway.exchange.ports import Exchange

PURPOSE = b"epix-gateway journal head\n"
"""Stands before every statement that is signed, so that no signature means anything else."""

_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a head says of its batch.

    journal: id of this journal, made with its first batch.  batch: from 1, without gap.  total: records up to and with
    this batch.  root: hex.  first, last: ids.  began, ended: when its first and its last exchange began; all four None
    for a batch without records, which says that nothing was exchanged up to its moment.
    previous: SHA-256 of the statement before, hex; None for the first.
    """

    journal: str
    batch: int
    records: int
    total: int
    root: str
    first: str | None
    last: str | None
    began: str | None
    ended: str | None
    previous: str | None
    sealed_at: str

    def text(self) -> bytes:
        """The bytes that are kept, chained and signed."""
        return canonical({"v": 1, **{name: getattr(self, name) for name in self.__dataclass_fields__}})

    @property
    def digest(self) -> str:
        """By which the next statement names it."""
        return sha256(self.text()).hexdigest()


_KINDS = get_type_hints(Statement)


def statement_of(text: bytes) -> Statement:
    """The inverse of `text`. Raises ValueError for anything else."""
    said = said_in(text)
    try:
        if said.pop("v") != 1:
            raise ValueError("another version")
        statement = Statement(**said)
    except (TypeError, KeyError, AttributeError) as wrong:
        raise ValueError("not a statement") from wrong
    if not all(isinstance(getattr(statement, name), kind) for name, kind in _KINDS.items()):
        raise ValueError("not what a statement says")
    if statement.text() != text or moment(datetime.fromisoformat(statement.sealed_at)) != statement.sealed_at:
        raise ValueError("not as a statement is written")
    return statement


def said_in(text: bytes) -> Any:
    """What a text in JSON says. Raises ValueError for one that is none, or nested as nothing of ours is."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def record_text(exchange: Exchange) -> bytes:
    """What is sealed of one exchange: everything, its messages as SHA-256 of their whole bytes."""
    return canonical(
        {
            "v": 1,
            "id": exchange.id,
            "direction": exchange.direction.value,
            "began_at": moment(exchange.began_at),
            "ended_at": moment(exchange.ended_at),
            "operation": exchange.operation,
            "caller": exchange.caller,
            "callee": exchange.callee,
            "fingerprint": exchange.fingerprint,
            "permit_number": exchange.permit_number,
            "outcome": exchange.outcome,
            "request_sha256": sha256(exchange.request).hexdigest(),
            "answer_sha256": sha256(exchange.answer).hexdigest(),
        }
    )


def leaf_of(exchange: Exchange) -> bytes:
    """The hash that stands for it in the tree of its batch."""
    return leaf(record_text(exchange))


def span_of(records: Sequence[Exchange]) -> tuple[str, str] | tuple[None, None]:
    """When the first and when the last of them began; None where there is none."""
    moments = [moment(exchange.began_at) for exchange in records]
    return (min(moments), max(moments)) if moments else (None, None)


def moment(at: datetime) -> str:
    """As the journal writes it: UTC, microseconds. Raises ValueError where that is no year of ours any more."""
    try:
        return at.astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:
        raise ValueError("out of range") from None


def went_back(earlier: str, later: str) -> timedelta | None:
    """By how much a moment is before one that came earlier, where that is more than clocks of nodes may differ."""
    try:
        back = datetime.fromisoformat(earlier) - datetime.fromisoformat(later)
    except (ValueError, TypeError):  # no moments, or of another form than ours: for others to judge
        return None
    return back if back > _CLOCKS_DIFFER else None


def canonical(said: dict[str, Any]) -> bytes:
    """JSON in the one form in which the journal writes it."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")
