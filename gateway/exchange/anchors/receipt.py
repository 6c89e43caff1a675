"""Receipt of a head: the countersignature of the partner that holds it.

The holder signs which head of whose journal it holds, and since when. So it cannot deny it later,
and the owner of the journal can show that somebody else has seen that head.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.ports import HeldHead

RECEIPT_PURPOSE = b"epix-gateway journal receipt\n"
"""Prefix of signed receipts (domain separation): the signature fits no other kind of text."""

_JOURNAL = re.compile(r"[A-Za-z0-9-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MAX_BATCH = 2**31 - 1


def require_storable(journal: str, batch: int) -> None:
    """Check what a partner calls its journal and head. Raises ValueError."""
    if not _JOURNAL.fullmatch(journal):
        raise ValueError("the id of the journal is not of its form")
    if isinstance(batch, bool) or not 1 <= batch <= _MAX_BATCH:
        raise ValueError("the number of the head is not of its form")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says.

    journal: id of the owner's journal.  batch, head: number and SHA-256 of the head, hex.
    held_at: when the holder received it, as `moment` writes it.
    """

    journal: str
    batch: int
    head: str
    held_at: str

    @classmethod
    def of(cls, held: HeldHead) -> Self:
        """The receipt of a head that is held here."""
        return cls(held.journal, held.batch, held.digest, moment(held.received_at))

    def text(self) -> bytes:
        """Return the bytes that are signed."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return canonical({"v": 1, **fields})

    @classmethod
    def parsed(cls, text: bytes) -> Self:
        """The inverse of `text`. Raises ValueError for any other text."""
        fields = parse_json(text)
        if not isinstance(fields, dict) or fields.keys() != {"v", *cls.__dataclass_fields__}:
            raise ValueError("not a receipt")
        receipt = cls(fields["journal"], fields["batch"], fields["head"], fields["held_at"])
        words = (receipt.journal, receipt.head, receipt.held_at)
        if not all(isinstance(word, str) for word in words) or not isinstance(receipt.batch, int):
            raise ValueError("not what a receipt says")
        require_storable(receipt.journal, receipt.batch)
        if not _DIGEST.fullmatch(receipt.head):
            raise ValueError("the SHA-256 of the head is not of its form")
        at = datetime.fromisoformat(receipt.held_at)
        if receipt.text() != text or moment(at) != receipt.held_at:
            raise ValueError("not as a receipt is written")
        return receipt
