"""A partner in memory that is asked for permits, our outbox and journal beside it."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from adapters.registry import formats
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import (
    GatewayError,
    PartnerUnreachable,
)
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.references.facts import NameMatch, TaxonFacts
from gateway.domain.references.periods import Period
from gateway.domain.references.rows import DataKind, Listing
from gateway.domain.references.taxa import Taxon
from gateway.domain.rules.foreign import foreign_findings
from gateway.domain.rules.references import References
from gateway.exchange.permits.check_file import AnswerUnusable
from gateway.exchange.permits.foreign.ask_partner import (
    AskPartner,
    PartnerDirectory,
    SealRule,
)
from gateway.exchange.permits.foreign.earlier_answers import EarlierAnswers
from gateway.exchange.ports import (
    SEAL_NAME,
    Attachment,
    DeliveryEvent,
    Direction,
    Exchange,
    OutgoingConfirmation,
    PartnerConfirmation,
    PartnerReply,
    PartnerState,
)
from tests.builders import a_permit, a_position
from tests.crypto.permit_seal.seal_pki import NOON, Holder, a_ca

FORMATS = formats()


@dataclass
class Partner:
    """A partner's endpoint with a fixed answer: document and attachments."""

    document: bytes = b""
    version: str = "v2"
    attachments: tuple[Attachment, ...] = ()
    asked: list[object] = field(default_factory=list)
    fails: GatewayError | None = None

    def certificate(self, operation, number, token):
        self.asked.append((operation, number.text, token.text if token else None))
        if self.fails:
            raise self.fails
        return PartnerReply(self.document, self.version, self.attachments, False)

    def confirm(self, number, token, seen):
        self.asked.append((number.text, tuple(seen)))
        return PartnerConfirmation("CONFIRMED", "1")

    def state(self):
        if not self.document:
            raise PartnerUnreachable("No connection.")
        return PartnerState("OK", None, None)


def endpoints(**partners: Partner) -> PartnerDirectory:
    return PartnerDirectory(
        {IsoCountryCode(country): partner for country, partner in partners.items()}
    )


CA = a_ca()
SIGNER = CA.issue("MZ")


@dataclass
class Booked:
    """The outbox, as far as it is asked for confirmations on a permit."""

    seen: tuple[SeenQuantity, ...] = ()
    state: DeliveryState = DeliveryState.DELIVERED
    events: list[DeliveryEvent] = field(default_factory=list)

    def history(self, _identity):
        return [DeliveryEvent(NOON, self.state, "ok"), *self.events]

    def settle(self, _outgoing, event, _due_at):
        self.events.append(event)
        return True

    def of_permit(self, country, number):
        if not self.seen or (country, number) != ("MZ", "MZ26EX000001"):
            return ()
        return (
            OutgoingConfirmation(
                "1", country, number, None, self.seen, "x", NOON, self.state, 1, NOON, None, "ok"
            ),
        )


@dataclass
class Tigers:
    """Reference data that know the tiger: Appendix I since 1987, all populations."""

    listed: str = "I"

    def newest(self):
        return self

    def has(self, kind):
        return kind in (DataKind.TAXA, DataKind.LISTINGS)

    def taxon(self, name):
        if name != "Panthera tigris":
            return None
        listing = Listing(1, self.listed, Period(date(1987, 10, 28)))
        taxon = Taxon(1, "Panthera tigris", "SPECIES", kingdom="Animalia", listing=self.listed)
        return TaxonFacts(taxon, NameMatch.ACCEPTED, (1,), (listing,))

    def suspensions(self, country):
        return ()

    def is_non_party(self, country, day):
        return False

    def operation(self, number):
        return ()


@dataclass
class Journal:
    """The journal, with answers that partners sent before, newest first.

    replies: what its bytes are read as; an exchange without one cannot be read.
    """

    replies: dict[bytes, PartnerReply] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)

    def add(
        self,
        reply: PartnerReply | None,
        hours: int,
        direction=Direction.OUT,
        outcome="ok",
        operation="GetNonFinalCitesCertificate",
    ) -> None:
        """An answer that came so many hours ago."""
        at, message = NOON - timedelta(hours=hours), str(len(self.exchanges)).encode()
        if reply:
            self.replies[message] = reply
        self.exchanges.append(
            Exchange(
                "1",
                direction,
                at,
                at,
                operation,
                None,
                "mz",
                None,
                "MZ26EX000001",
                outcome,
                b"",
                message,
            )
        )

    def search(self, wanted, count):
        found = [
            each
            for each in self.exchanges
            if (each.permit_number, each.operation, each.outcome)
            == (wanted.permit_number, wanted.operation, wanted.outcome)
        ]
        return sorted(found, key=lambda each: each.began_at, reverse=True)[:count]

    def read(self, message: bytes) -> PartnerReply:
        if message not in self.replies:
            raise AnswerUnusable("a SOAP answer", "The sender answered with nothing.")
        return self.replies[message]


def ask_partner(
    must_seal: bool = False,
    booked: Booked | None = None,
    journal: Journal | None = None,
    references: References | None = None,
    **partners: Partner,
) -> AskPartner:
    verifiers = {
        code: PermitSealVerifier((CA.certificate,), code, lambda: NOON)
        for code in endpoints(**partners).partners
    }
    rules = {code: SealRule(verifier, must_seal) for code, verifier in verifiers.items()}
    journal = journal or Journal()
    earlier = EarlierAnswers(journal, journal.read)
    judge = partial(foreign_findings, references=references)
    return AskPartner(
        endpoints(**partners), FORMATS, rules, booked or Booked(), earlier, lambda: NOON, judge
    )


def a_seal(document: bytes, signer: Holder = SIGNER) -> Attachment:
    return Attachment(
        SEAL_NAME, PermitSealer(signer.key, (signer.certificate,), lambda: NOON).seal(document)
    )


def sealed(permit, signer: Holder = SIGNER) -> PartnerReply:
    """An answer with a permit and the seal of its authority."""
    document = FORMATS["v2"].write(permit)
    return PartnerReply(document, "v2", (a_seal(document, signer),), False)


RIGHT = replace(
    a_permit(positions=(a_position(origin=None, quota=None),)),
    valid_until=NOON.replace(hour=0),
    issued_at=NOON - timedelta(days=30),
    valid_from=None,
)
"""A permit against which nothing is found at noon of its last day."""


def a_partner(permit=None, **changes) -> Partner:
    reply = sealed(permit or RIGHT)
    return Partner(reply.document, "v2", reply.attachments, **changes)
