"""Audit records of the JSON API: calls of systems, and acts of persons on their keys.

They are sealed with the journal. No key, token or message body is in one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.ports import Exchange

CALLED = "ApiCalled"
KEY_CHANGED = "ApiKeyChanged"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call. at: aware.

    key_id, system, authority: of the caller.  operation: name in the OpenAPI description.
    subject: few short texts, such as country and number.  outcome: `ok` or the code of the error.
    """

    at: datetime
    key_id: str
    system: str
    authority: str
    operation: str
    address: str
    status: int
    outcome: str
    permit_number: str | None = None
    subject: Mapping[str, str] = field(default_factory=dict)

    def exchange(self, identity: str) -> Exchange:
        """Return the audit record. identity: id of the record, the incident of a problem."""
        fields = {
            "v": 1,
            "at": moment(self.at),
            "key": self.key_id,
            "system": self.system,
            "authority": self.authority,
            "operation": self.operation,
            "address": self.address,
            "status": self.status,
            "outcome": self.outcome,
            "subject": dict(self.subject),
        }
        return Exchange.own(
            identity, CALLED, self.at, canonical(fields), permit_number=self.permit_number
        )


class KeyAct(StrEnum):
    """What a person did with a key or a webhook."""

    ADDED = "added"
    REVOKED = "revoked"
    WEBHOOK_ADDED = "webhook-added"
    WEBHOOK_REMOVED = "webhook-removed"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """An act on a key. by: name of the person, or of the key itself.  details: short texts."""

    act: KeyAct
    at: datetime
    by: str
    key_id: str
    details: Mapping[str, str] = field(default_factory=dict)

    def exchange(self, identity: str) -> Exchange:
        """Return the audit record. identity: id of the record."""
        fields = {
            "v": 1,
            "act": self.act.value,
            "at": moment(self.at),
            "by": self.by,
            "key": self.key_id,
            "details": dict(self.details),
        }
        return Exchange.own(identity, KEY_CHANGED, self.at, canonical(fields))
