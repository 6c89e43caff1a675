"""Audit record of a ledger decision: person, reason and facts, as the journal keeps them.

The JSON of the record is sealed with the journal and never changed; its keys are fixed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.ports import Direction, Exchange


@dataclass(frozen=True, slots=True)
class LedgerAction:
    """A decision on the ledger of a permit.

    id: UUIDv7, also of the event that the decision makes.  at: aware.
    command: `reverse`, `correct`, `record`, `close` or `reopen`.
    facts: further keys of the record, as JSON values.
    """

    id: str
    at: datetime
    command: str
    by: ResponsiblePerson
    facts: Mapping[str, object]

    def message(self, published: PublishedPermit) -> bytes:
        """Return the whole action as JSON in UTF-8."""
        authority = published.authority
        fields = {
            "event": self.command,
            "id": self.id,
            "at": self.at.isoformat(),
            "country": authority.country.text,
            "authority": authority.code,
            "number": published.permit.number.text,
            "person": self.by.person,
            "reason": self.by.reason,
            **self.facts,
        }
        return json.dumps(fields, ensure_ascii=False).encode()

    def sha256(self, published: PublishedPermit) -> str:
        """Return the digest of the message, hex."""
        return sha256(self.message(published)).hexdigest()

    def exchange(self, published: PublishedPermit) -> Exchange:
        """Return the audit record: the authority is the caller, and the answer is empty."""
        authority = published.authority
        return Exchange(
            id=self.id,
            direction=Direction.IN,
            began_at=self.at,
            ended_at=self.at,
            operation=f"ledger {self.command}",
            caller=f"{authority.country.text}/{authority.code}",
            callee=authority.country.text,
            fingerprint=None,
            permit_number=published.permit.number.text,
            outcome="ok",
            request=self.message(published),
            answer=b"",
        )
