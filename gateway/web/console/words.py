"""Words of the console for states and kinds, as sentences of the catalogues."""

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.people.sentence import Sentence
from gateway.exchange.alerts.alert import AlertKind
from gateway.exchange.console.board import PartnerState
from gateway.exchange.journal.explaining.advice import Actor
from gateway.exchange.ports import Direction

PARTNER_STATES = {
    PartnerState.WORKING: (Sentence("works"), "good"),
    PartnerState.FAILING: (Sentence("fails"), "bad"),
    PartnerState.AWAY: (Sentence("away as announced"), "warn"),
    PartnerState.UNKNOWN: (Sentence("not asked yet"), ""),
    PartnerState.DISABLED: (Sentence("disabled"), ""),
}
"""State -> word, and class of its mark."""
ALERTS = {
    AlertKind.PARTNER_REFUSED: Sentence("A partner is refused"),
    AlertKind.CERTIFICATE_REFUSED: Sentence("An unknown certificate is refused"),
    AlertKind.PARTNER_UNREACHABLE: Sentence("A partner does not work"),
    AlertKind.OUTBOX: Sentence("Confirmations wait"),
    AlertKind.MISMATCHES: Sentence("Differences of counts wait"),
    AlertKind.CERTIFICATE: Sentence("A certificate ends"),
    AlertKind.JOURNAL: Sentence("The journal is not sealed"),
    AlertKind.REPLICA: Sentence("The read replica is behind"),
    AlertKind.DISK: Sentence("A disk is nearly full"),
    AlertKind.DATABASE: Sentence("The database does not answer"),
    AlertKind.SOURCE: Sentence("A national source stands still"),
    AlertKind.CONFIGURATION: Sentence("The configuration is wrong"),
}
DELIVERY_STATES = {
    DeliveryState.WAITING: (Sentence("waits"), "warn"),
    DeliveryState.UNKNOWN: (Sentence("sent, no clear answer"), "warn"),
    DeliveryState.HELD: (Sentence("held back"), "bad"),
    DeliveryState.PARKED: (Sentence("refused, a person decides"), "bad"),
    DeliveryState.DELIVERED: (Sentence("delivered"), "good"),
    DeliveryState.DROPPED: (Sentence("given up"), ""),
}
"""State -> word, and class of its mark."""
DIRECTIONS = {
    Direction.IN: Sentence("asked us"),
    Direction.OUT: Sentence("asked by us"),
    Direction.OWN: Sentence("our own record"),
}
ACTORS = {
    Actor.NONE: Sentence("Nobody"),
    Actor.PARTNER: Sentence("The partner"),
    Actor.US: Sentence("We"),
    Actor.BOTH: Sentence("We and the partner, together"),
}
KEY_ROLES = {
    "current": Sentence("current"),
    "next": Sentence("next"),
    "previous": Sentence("previous"),
}
NOTES = {
    "digest": Sentence(
        "Only the digest of this message was kept, because the request was refused."
    ),
    "own": Sentence("A record of our own, without a message of a partner."),
    "long": Sentence("The message is too long to be shown here; the evidence holds it."),
    "bytes": Sentence("The message is no text; the evidence holds it."),
    "cut": Sentence("Only the beginning of the message is shown."),
}
NO_DAY = Sentence("Write the day as 2026-11-30, in UTC.")
TOO_LONG = Sentence("At most 70 letters.")
NO_INCIDENT = Sentence("An incident number has 36 letters, digits and hyphens: copy it whole.")
