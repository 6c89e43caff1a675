"""Certificates of callers are noted once, and named by the partner that they are of."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Partner
from gateway.exchange.ports import ShownCertificate
from gateway.exchange.service.note_certificate import MAX_STRANGERS_PER_DAY, NoteCertificate

ZA = Partner("za", IsoCountryCode("ZA"))
NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


@dataclass
class Archive:
    """The port ShownCertificates. broken: it cannot be written."""

    kept: list[ShownCertificate] = field(default_factory=list)
    broken: bool = False

    def keep(self, certificate: ShownCertificate, at: datetime) -> None:
        if self.broken:
            raise ServiceUnavailable("The database does not answer.")
        self.kept.append(certificate)

    def all(self) -> list[ShownCertificate]:
        return self.kept


def shown(der: bytes) -> ShownCertificate | None:
    """The certificate of a DER form that is its fingerprint; `za...` is pinned for the partner."""
    partner = "za" if der.startswith(b"za") else ""
    return ShownCertificate(der.decode(), "CN=x" * 400, "CN=ca", "1f", NOW, NOW, partner)


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def noting(archive: Archive) -> NoteCertificate:
    return NoteCertificate(shown, archive, lambda: NOW)


def test_a_refused_certificate_is_named_by_its_partner_and_noted_once(noting, archive) -> None:
    assert [noting.note(b"za-expired", None) for _ in range(3)] == ["za"] * 3
    assert [(each.sha256, each.partner) for each in archive.kept] == [("za-expired", "za")]
    assert len(archive.kept[0].subject) == 500


def test_an_accepted_certificate_is_the_callers(noting, archive) -> None:
    assert noting.note(b"by-rule", ZA) == "za"
    assert [each.partner for each in archive.kept] == ["za"]


def test_a_certificate_that_is_registered_later_is_noted_for_its_partner_too(
    noting, archive
) -> None:
    assert (noting.note(b"new", None), noting.note(b"new", ZA)) == (None, "za")
    assert [each.partner for each in archive.kept] == ["", "za"]


def test_certificates_of_strangers_do_not_fill_the_database(archive) -> None:
    moments = [NOW]
    noting = NoteCertificate(shown, archive, lambda: moments[-1])
    for number in range(MAX_STRANGERS_PER_DAY + 20):
        assert noting.note(b"stranger%d" % number, None) is None
    assert len(archive.kept) == MAX_STRANGERS_PER_DAY
    assert noting.note(b"za-pinned", None) == "za"
    moments.append(NOW + timedelta(days=1))
    noting.note(b"stranger of tomorrow", None)
    assert len(archive.kept) == MAX_STRANGERS_PER_DAY + 2


def test_a_note_that_cannot_be_written_stops_no_exchange_and_is_written_later(
    noting, archive
) -> None:
    archive.broken = True
    assert noting.note(b"za-expired", None) == "za"
    archive.broken = False
    noting.note(b"za-expired", None)
    assert len(archive.kept) == 1
