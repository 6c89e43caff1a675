"""Our customs with their outbox, and a scripted partner."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from gateway.crypto.encryption.token_encryption import TokenCipher
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import GatewayError, PartnerFault
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.exchange.outbox.book import BookConfirmation
from gateway.exchange.outbox.decide import DecideDelivery
from gateway.exchange.outbox.deliver import DeliverConfirmations
from gateway.exchange.outbox.lease import lease
from gateway.exchange.permits.foreign.ask_partner import PartnerDirectory
from gateway.exchange.ports import CircuitOpen, OutgoingConfirmation, PartnerConfirmation
from gateway.store import Store

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
SEEN = (SeenQuantity("A", "5"),)
TOKEN = "QX7K-42M9-SECRET"
YES = PartnerConfirmation("CONFIRMED", "their-id")


def fault(code: str) -> PartnerFault:
    return PartnerFault("It refused.", partner_code=code, partner_text="...")


@dataclass
class Mozambique:
    """A partner with scripted answers, then YES. sent: every confirmation that reached it."""

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
class FinalCertificate:
    """Fake of AskPartner.

    final: the partner's final certificate.  fetched: when it came, where that was not now.
    """

    final: Permit | None = None
    fetched: datetime | None = None

    def ask(self, country, number, token, final):
        assert final
        if self.final is None:
            raise fault("CertificateNotFinal")
        return self

    @property
    def permit(self) -> Permit | None:
        return self.final


@dataclass
class FixedBackOff:
    """Retry policy: a minute longer after each attempt. is_open: the circuit breaker is open."""

    is_open: bool = False
    circuit_open_seconds: float = 30.0

    def seconds(self, attempts: int) -> float:
        return 60.0 * attempts

    def call(self, country, action):
        if self.is_open:
            raise CircuitOpen
        return action()


class NothingKnown:
    """No document of a permit is at hand: counts are judged by its country."""

    def known(self, country, number):
        return None

    def require(self, work, name, permit, seen):
        raise AssertionError


@dataclass
class Customs:
    """Our side, with its clock."""

    store: Store
    partner: Mozambique = field(default_factory=Mozambique)
    final_certificate: FinalCertificate = field(default_factory=FinalCertificate)
    retries: FixedBackOff = field(default_factory=FixedBackOff)
    now: datetime = NOON
    ids: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        endpoints = PartnerDirectory({IsoCountryCode("MZ"): self.partner})
        self.lease = lease(endpoints, "MZ")
        token_encryption = TokenCipher(b"k" * 32)
        self.booking = BookConfirmation(
            endpoints,
            self.store.outbox,
            self.store.begin_work,
            NothingKnown(),
            token_encryption,
            lambda: self.now,
            lambda: f"{next(self.ids):08}",
        )
        self.delivery = DeliverConfirmations(
            endpoints,
            self.final_certificate,
            self.store.outbox,
            token_encryption,
            self.retries,
            lambda: self.now,
            max_in_flight=1,
        )
        self.decide = DecideDelivery(self.store.outbox, lambda: self.now)

    def book(
        self, number: str = "MZ26EX000001", token: str | None = TOKEN, seen=SEEN
    ) -> OutgoingConfirmation:
        return self.booking.book("MZ", number, token, seen, "T. Nkosi")

    def later(self, **span: float) -> int:
        self.now += timedelta(**span)
        return self.delivery.all_due()

    def state(self, outgoing: OutgoingConfirmation) -> DeliveryState:
        return self.decide.find(outgoing.id).state

    def outcomes(self, outgoing: OutgoingConfirmation) -> list[str]:
        return [event.outcome for event in self.store.outbox.history(outgoing.id)]
