"""Certificate revocation lists: which of them counts for a certificate, and until when."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.callers.revocation import RevocationStatus
from gateway.domain.errors import SettingsInvalid
from tests.pki import NOW, Authority, Identity

GOOD, REVOKED, UNKNOWN = (
    ocsp.OCSPCertStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN,
)
HOUR = timedelta(hours=1)


def status_by(
    content: bytes, of: Identity, ca: Authority, folder: Path, now: datetime = NOW
) -> RevocationStatus:
    file = folder / "list"
    file.write_bytes(content)
    return RevocationLists(file).status(of.certificate, ca.certificate, now)


def test_a_list_tells_revoked_from_good(ca, caller, revoked, tmp_path) -> None:
    for content in (ca.revocation_list(revoked), _der(ca.revocation_list(revoked))):
        assert status_by(content, revoked, ca, tmp_path) is RevocationStatus.REVOKED
        assert status_by(content, caller, ca, tmp_path) is RevocationStatus.GOOD


def test_several_lists_may_stand_in_one_file(ca, caller, revoked, tmp_path) -> None:
    elsewhere = Authority(tmp_path, "elsewhere")
    content = elsewhere.revocation_list() + b"a comment\n" + ca.revocation_list(revoked)
    assert status_by(content, revoked, ca, tmp_path) is RevocationStatus.REVOKED
    assert (
        status_by(content, elsewhere.issue("there"), elsewhere, tmp_path) is RevocationStatus.GOOD
    )


def test_a_list_that_has_run_out_still_revokes_but_vouches_for_nobody(
    ca, caller, revoked, tmp_path
) -> None:
    content = ca.revocation_list(revoked, until=NOW - timedelta(seconds=1))
    assert status_by(content, revoked, ca, tmp_path) is RevocationStatus.REVOKED
    assert status_by(content, caller, ca, tmp_path) is RevocationStatus.UNAVAILABLE


def test_a_list_of_tomorrow_vouches_for_nobody(ca, caller, tmp_path) -> None:
    assert (
        status_by(ca.revocation_list(since=NOW + HOUR), caller, ca, tmp_path)
        is RevocationStatus.UNAVAILABLE
    )


def test_a_list_signed_by_somebody_else_says_nothing(ca, other, caller, tmp_path) -> None:
    assert (
        status_by(ca.revocation_list(caller, signed_by=other), caller, ca, tmp_path)
        is RevocationStatus.UNAVAILABLE
    )
    assert (
        status_by(other.revocation_list(caller), caller, ca, tmp_path)
        is RevocationStatus.UNAVAILABLE
    )


def part(**changes: object) -> x509.IssuingDistributionPoint:
    whole: dict = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**whole, **changes})


def at(address: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(address)]


@pytest.mark.parametrize(
    "extension",
    [
        part(only_contains_ca_certs=True),
        part(indirect_crl=True),
        part(only_some_reasons=frozenset([x509.ReasonFlags.key_compromise])),
        part(full_name=at("http://ca.example/part2.crl")),
        x509.DeltaCRLIndicator(1),
    ],
    ids=["of authorities", "of others too", "of some reasons", "of another part", "of changes"],
)
def test_a_list_that_does_not_speak_of_this_certificate_says_nothing(
    ca, tmp_path, extension
) -> None:
    points = x509.CRLDistributionPoints(
        [x509.DistributionPoint(at("http://ca.example/part1.crl"), None, None, None)]
    )
    of = ca.issue("in part 1", extensions=[points])
    assert (
        status_by(ca.revocation_list(extensions=[extension]), of, ca, tmp_path)
        is RevocationStatus.UNAVAILABLE
    )
    right = part(full_name=at("http://ca.example/part1.crl"), only_contains_user_certs=True)
    assert (
        status_by(ca.revocation_list(extensions=[right]), of, ca, tmp_path) is RevocationStatus.GOOD
    )


def test_a_list_is_read_again_when_its_file_changes(ca, caller, tmp_path) -> None:
    file = tmp_path / "list"
    file.write_bytes(ca.revocation_list())
    lists = RevocationLists(file)
    assert lists.status(caller.certificate, ca.certificate, NOW) is RevocationStatus.GOOD
    new = tmp_path / "new"
    new.write_bytes(ca.revocation_list(caller))
    new.replace(file)
    assert lists.status(caller.certificate, ca.certificate, NOW) is RevocationStatus.REVOKED


@pytest.mark.parametrize(
    "damage", [b"", b"-----BEGIN X509 CRL-----\nMII\n-----END X509 CRL-----\n", b"\0\1\2", None]
)
def test_a_damaged_file_leaves_what_was_read_before(ca, revoked, tmp_path, damage, caplog) -> None:
    file = tmp_path / "list"
    file.write_bytes(ca.revocation_list(revoked))
    lists = RevocationLists(file)
    assert lists.status(revoked.certificate, ca.certificate, NOW) is RevocationStatus.REVOKED
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    assert lists.status(revoked.certificate, ca.certificate, NOW) is RevocationStatus.REVOKED
    assert "cannot be read; those read before stay in force" in caplog.text


@pytest.mark.parametrize("content", [b"", b"no list", None])
def test_a_file_without_a_list_is_named_at_start(tmp_path, content) -> None:
    file = tmp_path / "partners.crl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsInvalid, match=r"partners\.crl holds no revocation list"):
        RevocationLists(file)


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_crl(pem).public_bytes(Encoding.DER)
