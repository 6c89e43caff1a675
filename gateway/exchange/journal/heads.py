"""Sealed texts of the journal: the canonical JSON of a record, and the signed statement of a batch.

The leaves of a batch's Merkle tree (RFC 9162) are hashes of record texts; the statement holds the
root. Statements form a chain: each names the hash of the one before. The forms are fixed, so that
everything can be computed again from the records alone (docs/evidence.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import get_type_hints

from gateway.domain.merkle import leaf
from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.ports import Exchange

PURPOSE = b"epix-gateway journal head\n"
"""Prefix of signed statements (domain separation): the signature fits no other kind of text."""

_CLOCK_TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """Statement of a head about its batch.

    journal: id of this journal, made with its first batch.  batch: from 1, without gap.
    records: number in this batch.  total: number up to and with this batch.
    root: of the Merkle tree, hex.  first, last: ids of records.
    began, ended: when the first and the last exchange began, as `moment` writes it.
    first, last, began and ended are None for an empty batch: nothing was exchanged up to sealed_at.
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
        """Return the bytes that are stored, chained and signed."""
        return canonical(
            {"v": 1, **{name: getattr(self, name) for name in self.__dataclass_fields__}}
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hex; `previous` of the next statement."""
        return sha256(self.text()).hexdigest()


_TYPES = get_type_hints(Statement)


def statement_of(text: bytes) -> Statement:
    """Parse a statement, the inverse of `Statement.text`. Raises ValueError for any other text."""
    fields = parse_json(text)
    try:
        if fields.pop("v") != 1:
            raise ValueError("another version")
        statement = Statement(**fields)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a statement") from error
    if not all(isinstance(getattr(statement, name), type_) for name, type_ in _TYPES.items()):
        raise ValueError("not what a statement says")
    if (
        statement.text() != text
        or moment(datetime.fromisoformat(statement.sealed_at)) != statement.sealed_at
    ):
        raise ValueError("not as a statement is written")
    return statement


def record_text(exchange: Exchange) -> bytes:
    """Return the sealed text of an exchange: all its fields, and the SHA-256 of each message."""
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
    """Return the leaf of an exchange in the Merkle tree of its batch."""
    return leaf(record_text(exchange))


def span_of(records: Sequence[Exchange]) -> tuple[str, str] | tuple[None, None]:
    """Return when the first and the last of the records began; None for no records."""
    moments = [moment(exchange.began_at) for exchange in records]
    return (min(moments), max(moments)) if moments else (None, None)


def went_back(earlier: str, later: str) -> timedelta | None:
    """Return by how much time went backwards between two moments as `moment` writes them.

    None where it did not, or by no more than clocks of nodes may differ.
    """
    try:
        back = datetime.fromisoformat(earlier) - datetime.fromisoformat(later)
    except (ValueError, TypeError):  # the form of moments is checked elsewhere
        return None
    return back if back > _CLOCK_TOLERANCE else None
