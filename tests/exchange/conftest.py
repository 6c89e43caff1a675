"""Use cases with complete ports in memory, the real formats, and a fixed clock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import pytest

from adapters.registry import formats
from gateway.domain.identifiers import Authority, IsoCountryCode, TokenId
from gateway.domain.ledger.endorsement import EndorsementRule, SeenQuantity
from gateway.domain.partner import Partner
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.answer import AnswerCertificate
from gateway.exchange.permits.authorise import PermitAccess
from gateway.exchange.permits.confirm import ConfirmationAnswer, ConfirmQuantities
from gateway.exchange.permits.guess_limit import CallerLimit, GuessLimit, PermitLimit
from gateway.exchange.permits.publish import Published, PublishPermit
from gateway.exchange.permits.tokens import TokenHasher
from gateway.exchange.ports import NationalRecord, PermitFormat, Sealer
from gateway.exchange.service.served_authorities import ServedAuthorities
from tests.builders import a_permit
from tests.fakes import MemoryStore, Unrecorded, Watch

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
TOKEN = "TEST-7KQ4-2M9X"
NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)

ZA = Partner("za-dffe", IsoCountryCode("ZA"))
ZA_CUSTOMS = Partner("za-customs", IsoCountryCode("ZA"))
CH = Partner("ch-blv", IsoCountryCode("CH"))
MZ_CUSTOMS = Partner("mz-customs", IsoCountryCode("MZ"))


@pytest.fixture(scope="session")
def both_formats() -> tuple[PermitFormat, ...]:
    return tuple(formats().values())


@dataclass
class MemoryGateway:
    """A gateway without endpoints. seconds: reading of its monotonic clock."""

    both_formats: tuple[PermitFormat, ...]
    authorities: tuple[Authority, ...] = (ANAC,)
    rule: EndorsementRule = field(default_factory=EndorsementRule)
    refusals: int = 5
    refusals_per_permit: int = 50
    store: MemoryStore = field(default_factory=MemoryStore)
    seconds: float = 0.0
    ids: Iterator[int] = field(default_factory=count)
    sealer: Sealer | None = None
    watch: Watch = field(default_factory=Watch)
    records: Unrecorded = field(default_factory=Unrecorded)

    def __post_init__(self) -> None:
        served, tokens = ServedAuthorities(self.authorities), TokenHasher(b"k" * 32)
        guess_limit = GuessLimit(
            CallerLimit(self.refusals, lambda: self.seconds),
            PermitLimit(self.refusals_per_permit, lambda: self.seconds),
            self.watch,
        )
        access = PermitAccess(self.store.permit_lookup, served, tokens, guess_limit)
        rules = dict.fromkeys(self.authorities, self.rule)
        self.publishing = PublishPermit(
            self.store.begin_work,
            served,
            tokens,
            self.both_formats,
            self.sealer,
            self.records,
            lambda: NOON,
            lambda: f"version-{next(self.ids)}",
        )
        self.answering = AnswerCertificate(access, self.store.permit_lookup, lambda _: None)
        self.confirming = ConfirmQuantities(
            access,
            self.store.begin_work,
            self.both_formats,
            rules,
            lambda: NOON,
            lambda: f"confirmation-{next(self.ids)}",
            self.sealer,
            self.records,
        )

    def publish(
        self, permit: Permit | None = None, token: str | None = TOKEN, **record: object
    ) -> Published:
        whole = NationalRecord(
            "records.json", 1, permit or a_permit(), TokenId(token) if token else None
        )
        return self.publishing.publish(_changed(whole, record))

    def confirm(
        self,
        caller: Partner = ZA,
        number: str = "MZ26EX000001",
        token: str | None = TOKEN,
        **lines: str,
    ) -> ConfirmationAnswer:
        seen = [SeenQuantity(letter, amount) for letter, amount in lines.items()]
        return self.confirming.confirm(number, token, "MZ", seen, caller, "digest")


def _changed(record: NationalRecord, changes: dict[str, object]) -> NationalRecord:
    values = {name: getattr(record, name) for name in NationalRecord.__dataclass_fields__}
    return NationalRecord(**{**values, **changes})


@pytest.fixture
def gateway(both_formats: tuple[PermitFormat, ...]) -> MemoryGateway:
    return MemoryGateway(both_formats)
