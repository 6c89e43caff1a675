"""History of permits: ours are looked up, those of others by what was asked and confirmed."""

from dataclasses import dataclass, field

from gateway.domain.rules.references import Use
from gateway.exchange.permits.history import PermitHistory
from gateway.exchange.service.served_authorities import ServedAuthorities
from tests.builders import ISSUED, a_permit
from tests.exchange.conftest import ANAC, MemoryGateway


@dataclass
class Asked:
    """ForeignPermits of fixed answers. outcomes: by partner and number."""

    outcomes: dict[tuple[str, str], str] = field(default_factory=dict)

    def last_outcome(self, partner: str, number: str) -> str | None:
        return self.outcomes.get((partner, number))

    def first_use(self, country: str, number: str) -> Use | None:
        return Use(ISSUED, "Ana Langa")


def history(gateway: MemoryGateway, **outcomes: str) -> PermitHistory:
    asked = Asked({("za-hub", number): outcome for number, outcome in outcomes.items()})
    served = ServedAuthorities((ANAC,))
    store = gateway.store
    return PermitHistory(served, {"ZA": "za-hub"}, store.permit_lookup, store.begin_work, asked)


def test_a_permit_of_ours_is_known_where_it_was_published(gateway: MemoryGateway) -> None:
    gateway.publish()
    past = history(gateway)
    assert past.known_to_issuer("MZ", "MZ26EX000001") is True
    assert past.known_to_issuer("MZ", "MZ26EX000009") is False
    assert past.known_to_issuer("MZ", "No. 9(A)") is False


def test_a_foreign_permit_is_unknown_where_its_issuer_says_so(gateway: MemoryGateway) -> None:
    past = history(gateway, A="ok", B="CertificateNotFound", C="PartnerTimeout")
    said = [past.known_to_issuer("ZA", number) for number in "ABCD"]
    assert said == [True, False, None, None]
    assert past.known_to_issuer("BW", "B") is None


def test_uses_are_those_of_foreign_permits(gateway: MemoryGateway) -> None:
    assert history(gateway).use("ZA", "A") == Use(ISSUED, "Ana Langa")
    assert history(gateway).use("MZ", "A") is None


def test_the_content_of_our_own_permits_is_known(gateway: MemoryGateway) -> None:
    gateway.publish()
    past = history(gateway)
    assert past.permit("MZ", "MZ26EX000001") == a_permit()
    assert past.permit("MZ", "MZ26EX000009") is None
    assert past.permit("MZ", "No. 9(A)") is None
    assert past.permit("ZA", "MZ26EX000001") is None
