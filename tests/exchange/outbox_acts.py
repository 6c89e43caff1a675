"""Our customs with their outbox, and a partner that answers as it is told to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import SeenQuantity
from gateway.domain.errors import GatewayError, PartnerFault
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.permit import Permit
from gateway.exchange.ask_partner import PartnerDoors
from gateway.exchange.outbox import BookOutgoing, DecideOutgoing, Deliver, lease
from gateway.exchange.ports import Outgoing, PartnerConfirmation, PartnerResting
from gateway.signatures.vault import TokenVault
from gateway.store import Store

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
SEEN = (SeenQuantity("A", "5"),)
TOKEN = "QX7K-42M9-SECRET"
YES = PartnerConfirmation("CONFIRMED", "their-id")


def fault(code: str) -> PartnerFault:
    return PartnerFault("It refused.", partner_code=code, partner_text="...")


@dataclass
class Mozambique:
    """A partner that answers as it is told to, then YES. sent: every confirmation that reached it."""

    answers: list[PartnerConfirmation | GatewayError] = field(default_factory=list)
    sent: list[tuple[str, str | None, tuple[SeenQuantity, ...]]] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    longest_seconds: float = 125.0

    def confirm(self, number, token, seen):
        self.sent.append((number.text, token.text if token else None, tuple(seen)))
        self.meanwhile()
        answer = self.answers.pop(0) if self.answers else YES
        if isinstance(answer, GatewayError):
            raise answer
        return answer


@dataclass
class Asking:
    """What the partner's final certificate shows."""

    final: Permit | None = None

    def ask(self, country, number, token, final):
        assert final
        if self.final is None:
            raise fault("CertificateNotFinal")
        return self

    @property
    def permit(self) -> Permit | None:
        return self.final


@dataclass
class Calm:
    """Waits a minute after each attempt. resting: sends nothing."""

    resting: bool = False
    rest_seconds: float = 30.0

    def seconds(self, attempts: int) -> float:
        return 60.0 * attempts

    def through(self, country, deed):
        if self.resting:
            raise PartnerResting
        return deed()


@dataclass
class Customs:
    """Our side, with its clock."""

    store: Store
    partner: Mozambique = field(default_factory=Mozambique)
    asking: Asking = field(default_factory=Asking)
    calm: Calm = field(default_factory=Calm)
    now: datetime = NOON
    ids: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        doors = PartnerDoors({IsoCountryCode("MZ"): self.partner})
        self.lease = lease(doors, "MZ")
        vault = TokenVault(b"k" * 32)
        self.booking = BookOutgoing(doors, self.store.outbox, vault, lambda: self.now, lambda: f"{next(self.ids):08}")
        self.delivery = Deliver(doors, self.asking, self.store.outbox, vault, self.calm, lambda: self.now, at_once=1)
        self.decide = DecideOutgoing(self.store.outbox, lambda: self.now)

    def book(self, number: str = "MZ26EX000001", token: str | None = TOKEN, seen=SEEN) -> Outgoing:
        return self.booking.book("MZ", number, token, seen, "T. Nkosi")

    def later(self, **span: float) -> int:
        self.now += timedelta(**span)
        return self.delivery.all_due()

    def state(self, outgoing: Outgoing) -> DeliveryState:
        return self.decide.of(outgoing.id).state

    def outcomes(self, outgoing: Outgoing) -> list[str]:
        return [event.outcome for event in self.store.outbox.history(outgoing.id)]
