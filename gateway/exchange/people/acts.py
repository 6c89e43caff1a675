"""Audit record of an act of a person, or on their account: act, person, time, address.

The records are sealed with the journal. No password, code, key or secret is in one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.ports import Exchange

OPERATION = "PersonActed"


class Act(StrEnum):
    """Kind of an act."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    LOCKED = "locked"
    SIGNED_OUT = "signed-out"
    SESSION_ENDED = "session-ended"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - the name of an act
    RECOVERED = "recovered"
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    ADDED = "added"
    GRANTS_CHANGED = "grants-changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    RESET = "reset"
    ERASED = "erased"
    """The name of a person who has left."""
    LINKED = "linked"
    """With a person of the national sign-on."""
    UNLINKED = "unlinked"
    AUTHORITY_CHOSEN = "authority-chosen"
    """That the person acts for in a session."""
    LOOKED_UP = "looked-up"
    """A foreign permit."""
    COMPARED = "compared"
    """A paper with its permit."""
    COUNTED = "counted"
    """Quantities at the border."""
    DELIVERY_RETRIED = "delivery-retried"
    DELIVERY_HELD = "delivery-held"
    DELIVERY_DROPPED = "delivery-dropped"
    SERVICE_CLOSED = "service-closed"
    SERVICE_OPENED = "service-opened"
    EVIDENCE_TAKEN = "evidence-taken"
    DIAGNOSTICS_TAKEN = "diagnostics-taken"


@dataclass(frozen=True, slots=True)
class PersonAct:
    """An act. at: aware.

    by: name of the person who did it.  subject: name of the person whose account it is about.
    address: that it came from; empty for the command line.  details: few short texts.
    """

    act: Act
    at: datetime
    by: str
    subject: str
    address: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    def exchange(self, identity: str) -> Exchange:
        """Return the audit record. identity: id of the record."""
        fields = {
            "v": 1,
            "act": self.act.value,
            "at": moment(self.at),
            "by": self.by,
            "subject": self.subject,
            "address": self.address,
            "details": dict(self.details),
        }
        return Exchange.own(identity, OPERATION, self.at, canonical(fields))


def act_of(exchange: Exchange) -> PersonAct:
    """The act of an audit record. Raises ValueError where it is none."""
    try:
        fields = parse_json(exchange.request)
        if exchange.operation != OPERATION or fields["v"] != 1:
            raise ValueError("not an act of a person")
        by, subject, address = (str(fields[name]) for name in ("by", "subject", "address"))
        details = {str(key): str(value) for key, value in fields["details"].items()}
        act = Act(fields["act"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an act of a person") from error
    return PersonAct(act, exchange.began_at, by, subject, address, details)
