"""History of permits: ours are looked up, those of others by what was asked and confirmed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import ExportQuota
from gateway.domain.rules.references import Use
from gateway.exchange.permits.history import PermitHistory
from gateway.exchange.ports.quotas.trade import PermitKey
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


class Forty:
    """The port `QuotaCount`: forty of every quota."""

    def under(
        self, quota: ExportQuota, country: str, day: date, without: PermitKey | None = None
    ) -> Quantity | None:
        return Quantity(Decimal(40))


def history(gateway: MemoryGateway, **outcomes: str) -> PermitHistory:
    asked = Asked({("za-hub", number): outcome for number, outcome in outcomes.items()})
    served = ServedAuthorities((ANAC,))
    store = gateway.store
    own = store.permit_lookup
    return PermitHistory(served, {"ZA": "za-hub"}, own, store.begin_work, asked, Forty())


def test_quantities_under_a_quota_are_known_of_our_authorities_alone(
    gateway: MemoryGateway,
) -> None:
    quota = ExportQuota(1, "", Decimal(50), "", Limits(), Period())
    day, number = date(2026, 3, 2), CertificateNumber.parse("1")
    abroad = Authority(IsoCountryCode("ZA"), "DFFE")
    assert history(gateway).under(quota, ANAC, day, number) == Quantity(Decimal(40))
    assert history(gateway).under(quota, abroad, day, number) is None


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
