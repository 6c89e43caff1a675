"""Revoked keys in the journal: their audit record, and the heads that they may have signed.

Whoever stole the key can sign heads, dated as is useful. What stays is the chain: a head of the new
key, made when the old one was revoked, holds everything before it fast. So no head of a revoked key
may come after such a head, and none may be the newest.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.key_revocation import KeyRevocation
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.journal.heads import Statement
from gateway.exchange.ports import Exchange, Head, HeadVerifier

OPERATION = "KeyRevoked"


def record_of_revocation(identity: str, revocation: KeyRevocation) -> Exchange:
    """Return the audit record of a revocation. identity: id of the record."""
    fields = {
        "v": 1,
        "purpose": revocation.purpose,
        "subject": revocation.subject,
        "serial": revocation.serial,
        "sha256": revocation.sha256,
        "cause": revocation.cause.value,
        "at": moment(revocation.at),
        "since": moment(revocation.since) if revocation.since else None,
        "person": revocation.by.person,
        "reason": revocation.by.reason,
    }
    return Exchange.own(identity, OPERATION, revocation.at, canonical(fields))


@dataclass(slots=True)
class RevokedKeys:
    """Heads of revoked keys, in the order of the chain."""

    verifier: HeadVerifier
    _last_in_force: str = ""
    _newest: tuple[int, datetime] | None = None

    def discrepancy(self, head: Head, statement: Statement) -> str | None:
        """Return a sentence where a revoked key signed a head after heads of a later key."""
        revoked = self.verifier.revoked_at(head.certificates) if head.signature else None
        if revoked is None:
            if head.signature:
                self._last_in_force = max(self._last_in_force, statement.sealed_at)
            self._newest = None
            return None
        self._newest = head.batch, revoked
        if self._last_in_force < moment(revoked):
            return None
        return (
            f"Head {head.batch} is signed with the key that was revoked on {revoked:%Y-%m-%d}, and"
            " stands after heads of later keys: it was forged."
        )

    def newest(self) -> str | None:
        """Return a sentence where a revoked key signed the newest head; call it at the end."""
        if self._newest is None:
            return None
        batch, revoked = self._newest
        return (
            f"Head {batch}, the newest, is signed with the key that was revoked on"
            f" {revoked:%Y-%m-%d}: those of the new key after it were removed, or none was made."
        )
