"""A customs office of South Africa: its store, partners that answer, and an outbox."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from cryptography.hazmat.primitives.serialization import Encoding
from uuid_utils import uuid7

from adapters.declarations.read import read_declaration
from gateway.crypto.journal_seal.heads import JournalSigner, JournalVerifier
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.party import Country, Party
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Origin
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.acting import ActedBy
from gateway.exchange.declarations.acts import ActOnDeclarations
from gateway.exchange.declarations.budget import AskBudget
from gateway.exchange.declarations.check import CheckDeclaration
from gateway.exchange.declarations.confirm import ConfirmWrittenOff
from gateway.exchange.declarations.entries import MakeEntries
from gateway.exchange.declarations.free import FreeQuantities
from gateway.exchange.declarations.intact import UseIntegrity
from gateway.exchange.declarations.permits import DeclaredPermits
from gateway.exchange.declarations.record import UseRecords
from gateway.exchange.outbox.book import BookConfirmation
from gateway.exchange.permits.own_permits import OwnPermits
from gateway.exchange.permits.tokens import TokenHasher
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.store import Store, open_store
from tests.builders import a_permit, a_position
from tests.exchange.asking_acts import FORMATS, SIGNER, Partner, ask_partner, endpoints
from tests.fakes import Unrecorded

OUR_KEY = JournalSigner(SIGNER.key, (SIGNER.certificate,))
VERIFIER = JournalVerifier(frozenset({SIGNER.certificate.public_bytes(Encoding.DER)}))
OFFICER = ActedBy("customs", "T. Nkosi")
RECOUNTED = ActedBy("customs", "T. Nkosi", "recounted")
DFFE = Authority(IsoCountryCode("ZA"), "DFFE")
NOON = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
CROCODILES = ("MZ", "MZ26EX000001")


def a_foreign(number: str, country: str, *lines: tuple[str, str, str, str, str]) -> Permit:
    """An export permit. lines: letter, species, term, source, number of specimens."""
    origin = Country(country, None)
    return a_permit(
        number,
        exporter=Party(name="Exporter", address=None),
        positions=tuple(
            a_position(
                letter,
                scientific_name=name,
                term=term,
                sources=(source,),
                quantity=Quantity(Decimal(count), "NAR"),
                origin=Origin(origin),
                quota=None,
                marks=(),
            )
            for letter, name, term, source, count in lines
        ),
    )


PERMITS = {
    "MZ": a_permit(),
    "DE": a_foreign("DE-A01186/21", "DE", ("A", "Python regius", "LIV", "C", "20")),
    "US": a_foreign(
        "26US123456/9",
        "US",
        ("A", "Alligator mississippiensis", "SKI", "W", "40"),
        ("B", "Alligator mississippiensis", "LPS", "W", "100"),
    ),
}


@dataclass
class PlainTokens:
    """The port `TokenEncryption`, without a key."""

    def encrypt(self, token: str, name: str) -> bytes:
        return f"{name}:{token}".encode()

    def decrypt(self, encrypted: bytes, name: str) -> str:
        return encrypted.decode().removeprefix(f"{name}:")


def same_taxon(declared: str, permitted: str) -> bool | None:
    """Listings that know two crocodiles, and one old spelling."""
    known = {
        "Crocodilus niloticus": 1,
        "Crocodylus niloticus": 1,
        "Crocodylus porosus": 2,
    }
    if declared not in known or permitted not in known:
        return None
    return known[declared] == known[permitted]


@dataclass
class Office:
    """Use cases of declarations on a store. now: its clock.

    at_hand: newest document in the journal, by country.  ended: code of its issuer, likewise.
    """

    store: Store
    now: datetime = NOON
    confirms: bool = True
    budget: AskBudget = field(default_factory=lambda: AskBudget(25, 60, lambda: 0))
    at_hand: dict[str, Permit] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    partners: dict[str, Partner] = field(
        default_factory=lambda: {
            code: Partner(FORMATS["v2"].write(permit)) for code, permit in PERMITS.items()
        }
    )

    @cached_property
    def permits(self) -> DeclaredPermits:
        return DeclaredPermits(
            OwnPermits(ServedAuthorities((DFFE,)), Unrecorded()),
            self.store.begin_work,
            lambda country, _number: self.at_hand.get(country),
            lambda: ask_partner(**self.partners),
            lambda: TokenHasher(b"k" * 32),
            self.store.outbox,
            self.budget,
            lambda country, _number: self.ended.get(country),
        )

    @cached_property
    def check(self) -> CheckDeclaration:
        return CheckDeclaration(self.permits, self.store.begin_work, same_taxon, self.free)

    @cached_property
    def intact(self) -> UseIntegrity:
        return UseIntegrity(self.store.journal, lambda: VERIFIER)

    @cached_property
    def free(self) -> FreeQuantities:
        return FreeQuantities(self.permits, self.intact)

    @cached_property
    def act(self) -> ActOnDeclarations:
        records = UseRecords(OUR_KEY)
        book = BookConfirmation(
            endpoints(**self.partners),
            self.store.outbox,
            self.store.begin_work,
            self.free,
            PlainTokens(),
            lambda: self.now,
            new_id,
        )
        confirm = ConfirmWrittenOff(
            lambda: book,
            self.partners.__contains__,
            self.store.outbox,
            records,
            new_id,
            self.confirms,
        )
        return ActOnDeclarations(
            MakeEntries(self.permits, same_taxon, new_id),
            self.free,
            self.store.declared,
            self.store.begin_work,
            records,
            confirm,
            timedelta(days=30),
            lambda: self.now,
            new_id,
        )

    def reserve(self, declaration: CustomsDeclaration):
        return self.act.reserve(declaration, OFFICER)

    def write_off(self, declaration: CustomsDeclaration):
        return self.act.write_off(declaration, OFFICER)

    def amend(self, declaration: CustomsDeclaration):
        return self.act.amend(declaration, RECOUNTED)

    def outbox(self) -> list[tuple[str, tuple[SeenQuantity, ...]]]:
        """State and quantities of every confirmation, oldest first."""
        booked = self.store.outbox.of_permit(*CROCODILES)
        return [(each.state.value, each.seen) for each in booked]


def new_id() -> str:
    return str(uuid7())


@contextmanager
def an_office(url: str, **changes) -> Iterator[Office]:
    """An office on a database."""
    store = open_store(url, lambda: NOON)
    try:
        yield Office(store, **changes)
    finally:
        store.close()


def a_declaration(number: str = "26ZA1", **amounts: str) -> CustomsDeclaration:
    """Line 1, 2, 3 use lines A, B, C of the crocodiles. amounts: as `A="5"`."""
    lines = tuple(
        DeclarationLine(
            str("ABC".index(letter) + 1),
            *CROCODILES,
            token="K7Q2-98XB",
            position=letter,
            quantity=Quantity(Decimal(amount), "KGM" if letter == "B" else "NAR"),
        )
        for letter, amount in amounts.items()
    )
    return CustomsDeclaration(number, lines)


def read(document: dict[str, object]) -> CustomsDeclaration:
    """A declaration of its JSON."""
    return read_declaration(json.dumps(document).encode())
