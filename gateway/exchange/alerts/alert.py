"""Alert: a condition that a person has to know of, until it is over."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from gateway.domain.people.sentence import Sentence


class AlertKind(StrEnum):
    """Kind of an alert, also the label of its metric."""

    PARTNER_REFUSED = "partner-refused"
    CERTIFICATE_REFUSED = "certificate-refused"
    PARTNER_UNREACHABLE = "partner-unreachable"
    OUTBOX = "outbox"
    MISMATCHES = "mismatches"
    CERTIFICATE = "certificate"
    JOURNAL = "journal-not-sealed"
    REPLICA = "replica-lag"
    DISK = "disk"
    DATABASE = "database"
    SOURCE = "national-source"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert.

    about: the thing that the alert is about; with the kind it tells one alert from another.
    sentence: it may hold text of others, such as the subject of a certificate.
    partner: key, empty where it concerns none.
    reference: id that a command takes: an incident number, an id of the outbox; empty for none.
    urgent: whether a person should act today.
    """

    kind: AlertKind
    about: str
    sentence: Sentence
    partner: str = ""
    reference: str = ""
    urgent: bool = False

    @property
    def id(self) -> str:
        """Id in log and messages: the reference, or a short name that stays while it lasts."""
        name = f"{self.kind}-{sha256(self.about.encode()).hexdigest()[:8]}"
        return self.reference or name


class AlertChannel(Protocol):
    """A way to tell a person beside the log."""

    def send(self, alert: Alert) -> None:
        """Send an alert. Raises ServiceUnavailable where it was not taken."""
