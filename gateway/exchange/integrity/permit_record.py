"""Signed record of a permit: all its rows after a change, as the journal keeps and seals them."""

from dataclasses import dataclass
from datetime import datetime

from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.journal.records.proof import proof_of, require_signed
from gateway.exchange.ports import (
    PERMIT_RECORDED,
    Direction,
    Exchange,
    HeadSigner,
    HeadVerifier,
    State,
)

PURPOSE = b"epix-gateway permit record\n"
"""Prefix of the signed text (domain separation)."""


@dataclass(frozen=True, slots=True)
class PermitRecord:
    """A permit after a change.

    id: of the journal record, UUIDv7.  at: as `moment` writes it.
    event: what happened to the permit, a word or two.  revision: of the permit after it.
    state: its rows.  note: what a person decided, for an adoption; else empty.
    """

    id: str
    at: str
    event: str
    revision: int
    state: State
    note: str = ""

    @property
    def name(self) -> str:
        """Country, authority and number, as messages and suspensions name the permit."""
        return name_of(self.state)

    def text(self) -> bytes:
        """Return the bytes that are signed and sealed."""
        return canonical(
            {"v": 1, **{name: getattr(self, name) for name in self.__dataclass_fields__}}
        )

    def exchange(self, signer: HeadSigner | None) -> Exchange:
        """Return the journal record; unsigned where there is no signer. Raises KeyUnusable."""
        text, at = self.text(), datetime.fromisoformat(self.at)
        proof = proof_of(signer, PURPOSE, text) if signer else b""
        number = self.state["permit"][""]["number"]
        return Exchange.own(
            self.id, PERMIT_RECORDED, at, text, proof=proof, permit_number=str(number)
        )


def permit_record_of(record: Exchange) -> PermitRecord:
    """Parse a journal record, the inverse of `PermitRecord.exchange`. Raises ValueError.

    Its signature is not verified here.
    """
    fields = parse_json(record.request)
    try:
        if fields.pop("v") != 1:
            raise ValueError("another version")
        found = PermitRecord(**fields)
        is_whole = (
            found.text() == record.request
            and found.id == record.id
            and record.direction is Direction.OWN
            and found.at == moment(record.began_at)
            and isinstance(found.revision, int)
            and all(isinstance(each, str) for each in (found.at, found.event, found.note))
            and isinstance(found.state["permit"][""]["number"], str)
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a record of a permit") from error
    if not is_whole:
        raise ValueError("not as such a record is written")
    return found


def is_signed(record: Exchange, verifier: HeadVerifier) -> bool:
    """Whether a record is signed by a key of ours; False where it has no signature at all.

    The dates of the certificate do not matter: a record is relied on for years.
    Raises ValueError, TrustRefused where a signature does not hold.
    """
    if not record.answer:
        return False
    require_signed(record, PURPOSE, verifier, None)
    return True


def name_of(state: State) -> str:
    """Country, authority and number of a permit by its rows."""
    columns = state["permit"][""]
    return f"{columns['country']} {columns['authority']} {columns['number']}"
