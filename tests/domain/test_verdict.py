"""Verdict on a seal: status at issue and now, and whether the permit is trusted."""

from datetime import UTC, datetime

import pytest

from gateway.domain.errors import SignatureInvalid, SignatureMissing, SignerNotTrusted, TrustRefused
from gateway.domain.verdict import SealStatus, Verdict

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def a_verdict(at_issue: SealStatus, now: SealStatus) -> Verdict:
    return Verdict(at_issue, now, NOON, "The reason.")


@pytest.mark.parametrize(
    ("at_issue", "now", "worth", "is_trusted"),
    [
        (SealStatus.SEALED_VALID, SealStatus.SEALED_VALID, SealStatus.SEALED_VALID, True),
        (SealStatus.SEALED_VALID, SealStatus.EXPIRED, SealStatus.EXPIRED, True),
        (SealStatus.SEALED_BROKEN, SealStatus.SEALED_BROKEN, SealStatus.SEALED_BROKEN, False),
        (SealStatus.SEALED_BROKEN, SealStatus.SEALED_VALID, SealStatus.SEALED_BROKEN, False),
        (SealStatus.SIGNER_UNKNOWN, SealStatus.SIGNER_UNKNOWN, SealStatus.SIGNER_UNKNOWN, False),
        (SealStatus.SIGNER_UNKNOWN, SealStatus.SEALED_VALID, SealStatus.SIGNER_UNKNOWN, False),
        (SealStatus.UNSEALED, SealStatus.UNSEALED, SealStatus.UNSEALED, False),
        (SealStatus.REVOKED, SealStatus.REVOKED, SealStatus.REVOKED, False),
    ],
)
def test_a_seal_that_was_never_valid_cannot_become_so(
    at_issue: SealStatus, now: SealStatus, worth: SealStatus, is_trusted: bool
) -> None:
    verdict = a_verdict(at_issue, now)
    assert verdict.worth is worth
    assert verdict.is_trusted is is_trusted


@pytest.mark.parametrize(
    ("worth", "refusal"),
    [
        (SealStatus.UNSEALED, SignatureMissing),
        (SealStatus.SEALED_BROKEN, SignatureInvalid),
        (SealStatus.SIGNER_UNKNOWN, SignerNotTrusted),
        (SealStatus.REVOKED, SignerNotTrusted),
    ],
)
def test_a_partner_that_must_seal_is_refused_without_a_seal_that_holds(
    worth: SealStatus, refusal: type[TrustRefused]
) -> None:
    with pytest.raises(refusal, match="The reason"):
        raise a_verdict(worth, worth).refusal()


@pytest.mark.parametrize("now", [SealStatus.SEALED_VALID, SealStatus.EXPIRED])
def test_a_partner_that_must_seal_and_has_is_taken_also_after_its_certificate_ended(
    now: SealStatus,
) -> None:
    assert a_verdict(SealStatus.SEALED_VALID, now).is_trusted


def test_the_words_are_those_programs_read() -> None:
    assert [worth.value for worth in SealStatus] == [
        "sealed-valid",
        "sealed-broken",
        "signer-unknown",
        "expired",
        "revoked",
        "unsealed",
    ]
