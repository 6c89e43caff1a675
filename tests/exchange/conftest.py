"""The use cases on whole ports in memory, the real formats, and a clock that stands still."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import pytest

from adapters.registry import formats
from gateway.domain.endorsement import EndorsementRule, SeenQuantity
from gateway.domain.identifiers import Authority, IsoCountryCode, TokenId
from gateway.domain.partner import Partner
from gateway.domain.permit import Permit
from gateway.exchange.answer_certificate import AnswerCertificate
from gateway.exchange.confirm_quantities import ConfirmationAnswer, ConfirmQuantities
from gateway.exchange.opening import OpenPermit
from gateway.exchange.ports import NationalRecord, PermitFormat, Sealer
from gateway.exchange.publish_permit import Published, PublishPermit
from gateway.exchange.refusal_budget import CallerBudget, PermitBudget, RefusalBudget
from gateway.exchange.served import Served
from gateway.exchange.tokens import TokenSeal
from tests.builders import a_permit
from tests.fakes import MemoryStore, Watch

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
class House:
    """A gateway without doors. seconds: what its monotonic clock shows."""

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

    def __post_init__(self) -> None:
        served, tokens = Served(self.authorities), TokenSeal(b"k" * 32)
        budget = RefusalBudget(
            CallerBudget(self.refusals, lambda: self.seconds),
            PermitBudget(self.refusals_per_permit, lambda: self.seconds),
            self.watch,
        )
        opening = OpenPermit(self.store.answers, served, tokens, budget)
        rules = dict.fromkeys(self.authorities, self.rule)
        self.publishing = PublishPermit(self.store.begin_work, served, tokens, self.both_formats, self.sealer)
        self.answering = AnswerCertificate(opening, self.store.answers)
        self.confirming = ConfirmQuantities(
            opening, self.store.begin_work, self.both_formats, rules, lambda: NOON,
            lambda: f"confirmation-{next(self.ids)}", self.sealer,
        )  # fmt: skip

    def publish(self, permit: Permit | None = None, token: str | None = TOKEN, **record: object) -> Published:
        whole = NationalRecord("records.json", 1, permit or a_permit(), TokenId(token) if token else None)
        return self.publishing.publish(_changed(whole, record))

    def confirm(
        self, caller: Partner = ZA, number: str = "MZ26EX000001", token: str | None = TOKEN, **lines: str
    ) -> ConfirmationAnswer:
        seen = [SeenQuantity(letter, amount) for letter, amount in lines.items()]
        return self.confirming.confirm(number, token, "MZ", seen, caller, "digest")


def _changed(record: NationalRecord, changes: dict[str, object]) -> NationalRecord:
    values = {name: getattr(record, name) for name in NationalRecord.__dataclass_fields__}
    return NationalRecord(**{**values, **changes})


@pytest.fixture
def house(both_formats: tuple[PermitFormat, ...]) -> House:
    return House(both_formats)
