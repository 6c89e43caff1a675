"""A verdict: two moments, one word, and what may be relied on."""

from datetime import UTC, datetime

import pytest

from gateway.domain.errors import SignatureInvalid, SignatureMissing, SignerNotTrusted, TrustRefused
from gateway.domain.verdict import Verdict, Worth

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def a_verdict(at_issue: Worth, now: Worth) -> Verdict:
    return Verdict(at_issue, now, NOON, "The reason.")


@pytest.mark.parametrize(
    ("at_issue", "now", "worth", "vouched"),
    [
        (Worth.SEALED_VALID, Worth.SEALED_VALID, Worth.SEALED_VALID, True),
        (Worth.SEALED_VALID, Worth.EXPIRED, Worth.EXPIRED, True),
        (Worth.SEALED_BROKEN, Worth.SEALED_BROKEN, Worth.SEALED_BROKEN, False),
        (Worth.SEALED_BROKEN, Worth.SEALED_VALID, Worth.SEALED_BROKEN, False),
        (Worth.SIGNER_UNKNOWN, Worth.SIGNER_UNKNOWN, Worth.SIGNER_UNKNOWN, False),
        (Worth.SIGNER_UNKNOWN, Worth.SEALED_VALID, Worth.SIGNER_UNKNOWN, False),
        (Worth.UNSEALED, Worth.UNSEALED, Worth.UNSEALED, False),
    ],
)
def test_a_seal_that_was_never_valid_cannot_become_so(at_issue: Worth, now: Worth, worth: Worth, vouched: bool) -> None:
    verdict = a_verdict(at_issue, now)
    assert verdict.worth is worth
    assert verdict.vouched is vouched


@pytest.mark.parametrize(
    ("worth", "refusal"),
    [
        (Worth.UNSEALED, SignatureMissing),
        (Worth.SEALED_BROKEN, SignatureInvalid),
        (Worth.SIGNER_UNKNOWN, SignerNotTrusted),
    ],
)
def test_a_partner_that_must_seal_is_refused_without_a_seal_that_holds(
    worth: Worth, refusal: type[TrustRefused]
) -> None:
    with pytest.raises(refusal, match="The reason"):
        a_verdict(worth, worth).require_vouched()


@pytest.mark.parametrize("now", [Worth.SEALED_VALID, Worth.EXPIRED])
def test_a_partner_that_must_seal_and_has_is_taken_also_after_its_certificate_ended(now: Worth) -> None:
    a_verdict(Worth.SEALED_VALID, now).require_vouched()


def test_the_five_words_are_those_programs_read() -> None:
    assert [worth.value for worth in Worth] == [
        "sealed-valid", "sealed-broken", "signer-unknown", "expired", "unsealed",
    ]  # fmt: skip
