"""Revocation of a key of ours: which certificate, from when on, why, and who answers for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.responsible_person import ResponsiblePerson


class RevocationCause(StrEnum):
    """Cause of a revocation. It decides what the seals that were made before are worth."""

    STOLEN = "stolen"
    """Somebody else has the key, or may have it: none of its seals proves anything."""
    LOST = "lost"
    """Nobody has the key any more: a token that broke, a file that was deleted."""
    REPLACED = "replaced"
    """We put another in its place, and destroyed it."""


@dataclass(frozen=True, slots=True)
class KeyRevocation:
    """Revocation of a key.

    purpose: `server`, `client`, `seal`, `message` or `paper`.
    subject: RFC 4514.  serial, sha256: of the certificate, lower-case hex.
    at: moment from which the certificate counts no more, aware.
    since: moment from which somebody else may have had the key, aware; None unless it was stolen.
    """

    purpose: str
    subject: str
    serial: str
    sha256: str
    cause: RevocationCause
    at: datetime
    since: datetime | None
    by: ResponsiblePerson
