"""Revoked signers: which of their seals still count, by reason of the revocation and by list."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.verdict import SealStatus, Verdict
from tests.crypto.permit_seal.seal_pki import NOON, Holder, a_ca
from tests.crypto.permit_seal.test_seal import MZ, PERMIT, sealed

DAY = timedelta(days=1)
STOLEN = x509.ReasonFlags.key_compromise
REPLACED = x509.ReasonFlags.superseded


def a_list(
    folder: Path,
    ca: Holder,
    *revoked: Holder,
    reason: x509.ReasonFlags | None = STOLEN,
    on: datetime = NOON - DAY,
    current_until: datetime = NOON + 30 * DAY,
) -> RevocationLists:
    """A revocation list of a CA, in a file."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(NOON - 40 * DAY)
        .next_update(current_until)
    )
    for holder in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(holder.certificate.serial_number)
            .revocation_date(on)
        )
        if reason:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    file = folder / f"{len(list(folder.iterdir()))}.crl"
    file.write_bytes(builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return RevocationLists(file)


def judged(
    seal: bytes, lists: RevocationLists, *anchors: Holder, document: bytes = PERMIT
) -> Verdict:
    trusted = tuple(holder.certificate for holder in anchors)
    verifier = PermitSealVerifier(trusted, MZ, lambda: NOON, lists)
    judgement = verifier.judge(document, [seal])
    assert (judgement.document is not None) == judgement.verdict.is_trusted
    return judgement.verdict


@pytest.mark.parametrize("reason", [STOLEN, None, x509.ReasonFlags.privilege_withdrawn])
@pytest.mark.parametrize("sealed_at", [NOON, NOON - 2 * DAY], ids=["after", "dated back"])
def test_a_stolen_key_seals_nothing_whatever_time_its_thief_writes(
    tmp_path: Path, sealed_at: datetime, reason: x509.ReasonFlags | None
) -> None:
    ca = a_ca()
    thief, other = ca.issue("MZ"), ca.issue("MZ")
    lists = a_list(tmp_path, ca, thief, reason=reason)
    found = judged(sealed(thief, at=sealed_at), lists, ca)
    assert (found.at_issue, found.now) == (SealStatus.REVOKED, SealStatus.REVOKED)
    assert "revoked on 2026-03-31" in found.reason
    assert judged(sealed(other, at=sealed_at), lists, ca).worth is SealStatus.SEALED_VALID


@pytest.mark.parametrize(
    ("sealed_at", "worth"),
    [(NOON - 2 * DAY, SealStatus.EXPIRED), (NOON, SealStatus.REVOKED)],
)
def test_the_seals_of_a_key_that_was_only_replaced_stay_and_later_ones_do_not_count(
    tmp_path: Path, sealed_at: datetime, worth: SealStatus
) -> None:
    ca = a_ca()
    signer = ca.issue("MZ")
    lists = a_list(tmp_path, ca, signer, reason=REPLACED)
    found = judged(sealed(signer, at=sealed_at), lists, ca)
    assert found.worth is worth
    assert found.is_trusted == (worth is SealStatus.EXPIRED)


def test_of_two_entries_the_graver_counts(tmp_path: Path) -> None:
    ca = a_ca()
    signer = ca.issue("MZ")
    both = tmp_path / "both.crl"
    a_list(tmp_path, ca, signer, reason=REPLACED)
    a_list(tmp_path, ca, signer, reason=STOLEN)
    both.write_bytes(b"".join(file.read_bytes() for file in sorted(tmp_path.glob("?.crl"))))
    found = judged(sealed(signer, at=NOON - 2 * DAY), RevocationLists(both), ca)
    assert found.worth is SealStatus.REVOKED


def test_a_list_that_is_out_of_date_or_of_another_authority_leaves_no_signer_known(
    tmp_path: Path,
) -> None:
    ca, other = a_ca(), a_ca(name="Another CA")
    signer = ca.issue("MZ")
    for lists in (a_list(tmp_path, ca, current_until=NOON - DAY), a_list(tmp_path, other)):
        found = judged(sealed(signer), lists, ca)
        assert found.worth is SealStatus.SIGNER_UNKNOWN
        assert "no current revocation list" in found.reason


def test_a_revoked_authority_takes_its_signers_along(tmp_path: Path) -> None:
    root = a_ca(name="Root")
    issuing = root.issue("MZ", "Issuing CA", is_ca=True, signs=False)
    signer = issuing.issue("MZ")
    both = tmp_path / "both.crl"
    a_list(tmp_path, root, issuing)
    a_list(tmp_path, issuing)
    both.write_bytes(b"".join(file.read_bytes() for file in sorted(tmp_path.glob("?.crl"))))
    found = judged(sealed(signer, issuing), RevocationLists(both), root)
    assert found.worth is SealStatus.REVOKED


def test_a_pinned_signer_is_looked_up_by_the_authority_beside_it(tmp_path: Path) -> None:
    """With the signer alone among the anchors nobody can say whose list it would be on."""
    ca = a_ca()
    signer = ca.issue("MZ")
    lists = a_list(tmp_path, ca, signer)
    assert judged(sealed(signer), lists, signer).worth is SealStatus.SIGNER_UNKNOWN
    assert judged(sealed(signer), lists, signer, ca).worth is SealStatus.REVOKED
    clean = a_list(tmp_path, ca)
    assert judged(sealed(signer), clean, signer, ca).worth is SealStatus.SEALED_VALID


def test_a_broken_seal_of_a_revoked_signer_is_broken(tmp_path: Path) -> None:
    ca = a_ca()
    signer = ca.issue("MZ")
    forged = PERMIT.replace(b">5<", b">6<", 1)
    assert forged != PERMIT
    lists = a_list(tmp_path, ca, signer)
    found = judged(sealed(signer), lists, ca, document=forged)
    assert found.worth is SealStatus.SEALED_BROKEN
