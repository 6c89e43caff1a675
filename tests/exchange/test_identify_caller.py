"""Caller identification: a valid certificate, by pin or by rule; never by a name alone."""

from dataclasses import dataclass

import pytest

from gateway.domain.errors import CallerNotFound, CertificateMissing
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Partner
from gateway.exchange.ports import AcceptedCertificate
from gateway.exchange.service.identify_caller import AnyCaller, IdentifyCaller

ZA = Partner("za-dffe", IsoCountryCode("ZA"))
CH = Partner("ch-blv", IsoCountryCode("CH"))


@dataclass(frozen=True)
class OneCertificate:
    """The port CertificateJudge: a single certificate is valid, every other has expired."""

    shown: AcceptedCertificate

    def judge(self, certificate: bytes) -> AcceptedCertificate:
        if certificate != b"certificate":
            raise CertificateMissing("The client certificate has expired.")
        return self.shown


def caller(
    sha256: str = "unpinned", countries: tuple[str, ...] = (), partners: tuple[str, ...] = ()
) -> IdentifyCaller:
    judge = OneCertificate(AcceptedCertificate(sha256, countries, frozenset(partners)))
    return IdentifyCaller(judge, {"old": ZA, "new": ZA, "swiss": CH}, {ZA.key: ZA, CH.key: CH})


@pytest.mark.parametrize("pin", ["old", "new"])
def test_a_partner_is_known_by_any_of_its_pinned_certificates(pin: str) -> None:
    assert caller(pin).identify(b"certificate") is ZA


def test_a_partner_is_known_by_the_rule_its_certificate_meets() -> None:
    assert caller(partners=("za-dffe",)).identify(b"certificate") is ZA


def test_a_pinned_certificate_belongs_to_whom_it_is_pinned() -> None:
    assert caller("swiss", partners=("za-dffe",)).identify(b"certificate") is CH


@pytest.mark.parametrize("partners", [(), ("za-dffe", "ch-blv")], ids=["nobody's", "two partners'"])
def test_a_good_certificate_that_is_nobodys_or_twos_is_no_partners(
    partners: tuple[str, ...],
) -> None:
    with pytest.raises(CallerNotFound, match="No partner is registered"):
        caller(partners=partners).identify(b"certificate")


@pytest.mark.parametrize("country", ["CH", "za", "ZAF", ""])
def test_a_certificate_that_names_another_country_than_its_partners_is_refused(
    country: str,
) -> None:
    for countries in ((country,), ("ZA", country)):
        with pytest.raises(CallerNotFound, match="another country"):
            caller("old", countries).identify(b"certificate")
        with pytest.raises(CallerNotFound, match="another country"):
            caller(countries=countries, partners=("za-dffe",)).identify(b"certificate")


def test_a_country_in_a_certificate_makes_nobody_a_partner() -> None:
    with pytest.raises(CallerNotFound):
        caller(countries=("ZA",)).identify(b"certificate")


def test_a_certificate_that_is_not_in_order_or_not_there_is_missing() -> None:
    with pytest.raises(CertificateMissing, match="expired"):
        caller("old").identify(b"another")
    with pytest.raises(CertificateMissing, match="only to callers with a client certificate"):
        caller("old").identify(None)


def test_what_the_proxy_refused_is_never_accepted() -> None:
    with pytest.raises(CertificateMissing, match="server in front"):
        caller("old").identify(b"certificate", refused_before=True)
    with pytest.raises(CertificateMissing, match="expired"):
        caller("old").identify(b"another", refused_before=True)


def test_the_sandbox_takes_everybody() -> None:
    assert AnyCaller(ZA).identify(None) is ZA
