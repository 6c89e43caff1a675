"""What a person of the authority did to the ledger of a permit, as the journal keeps it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from gateway.domain.answerable import Answerable
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import Direction, Exchange


@dataclass(frozen=True, slots=True)
class LedgerDeed:
    """id: also of the event that it makes.  what: the command's name.  facts: what else it says, as JSON has it."""

    id: str
    at: datetime
    what: str
    by: Answerable
    facts: Mapping[str, object]

    def message(self, published: PublishedPermit) -> bytes:
        """All of it, as JSON."""
        authority = published.authority
        said = {
            "event": self.what, "id": self.id, "at": self.at.isoformat(), "country": authority.country.text,
            "authority": authority.code, "number": published.permit.number.text, "person": self.by.person,
            "reason": self.by.reason, **self.facts,
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False).encode()

    def sha256(self, published: PublishedPermit) -> str:
        """Hex digest of the message."""
        return sha256(self.message(published)).hexdigest()

    def exchange(self, published: PublishedPermit) -> Exchange:
        """Its record: the authority has asked, and nothing had to be answered."""
        authority = published.authority
        return Exchange(
            id=self.id,
            direction=Direction.IN,
            began_at=self.at,
            ended_at=self.at,
            operation=f"ledger {self.what}",
            caller=f"{authority.country.text}/{authority.code}",
            callee=authority.country.text,
            fingerprint=None,
            permit_number=published.permit.number.text,
            outcome="ok",
            request=self.message(published),
            answer=b"",
        )
