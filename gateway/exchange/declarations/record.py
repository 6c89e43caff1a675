"""Journal record of acts on declarations: signed by our key, and sealed with the journal."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.declarations.use import UseEvent
from gateway.domain.permit.quantity import plain
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.journal.records.proof import proof_of
from gateway.exchange.ports import Exchange, HeadSigner

OPERATION = "DeclaredUse"
"""Operation of the journal's records."""

PURPOSE = b"epix-gateway declared use\n"
"""Prefix of the signed text (domain separation)."""


@dataclass(frozen=True, slots=True)
class UseRecords:
    """Records. signer: None where no key is configured; records are unsigned then."""

    signer: HeadSigner | None

    def record(self, identity: str, events: Sequence[UseEvent]) -> Exchange:
        """Return the record of events of one permit at one moment. Raises KeyUnusable."""
        first = events[0]
        text = canonical({"v": 1, "events": [fields_of(event) for event in events]})
        proof = proof_of(self.signer, PURPOSE, text) if self.signer else b""
        return Exchange.own(
            identity, OPERATION, first.at, text, proof=proof, permit_number=first.number
        )


def fields_of(event: UseEvent) -> dict[str, object]:
    """Every value of an event, as its record has it."""
    return {
        "id": event.id,
        "place": event.place,
        "act": event.act.value,
        "country": event.country,
        "number": event.number,
        "position": event.position,
        "declaration": event.declaration,
        "item": event.item,
        "amount": plain(event.quantity.amount),
        "allowed": plain(event.allowed.amount),
        "unit": event.allowed.unit,
        "authority": event.authority,
        "officer": event.officer,
        "at": moment(event.at),
        "reason": event.reason,
        "lapses_at": moment(event.lapses_at) if event.lapses_at else None,
        "outgoing": event.outgoing,
        **({"holder": event.holder} if event.holder else {}),
    }
