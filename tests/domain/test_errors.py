"""Error tree: every leaf has a side, a code, a retry value and a docstring."""

from collections.abc import Iterator

import pytest

from gateway.domain import errors
from gateway.domain.errors import GatewayError, RecordInvalid, Retry


def leaves(branch: type[GatewayError]) -> Iterator[type[GatewayError]]:
    below = branch.__subclasses__()
    if not below:
        yield branch
    for each in below:
        yield from leaves(each)


LEAVES = sorted(leaves(GatewayError), key=lambda kind: kind.__name__)
BRANCHES = (
    errors.RequestRefused,
    errors.TrustRefused,
    errors.PartnerFailed,
    errors.InternalFailure,
    errors.InputInvalid,
)


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_has_one_side_a_retry_and_a_meaning(kind: type[GatewayError]) -> None:
    assert sum(issubclass(kind, branch) for branch in BRANCHES) == 1
    assert isinstance(kind.retry, Retry)
    assert kind.__doc__ and kind.__doc__.strip()
    assert kind.__name__ in (errors.__doc__ or "")


CLIENT_ERRORS = {
    "CertificateMissing": "after-change",
    "CallerNotFound": "after-change",
    "CalleeNotFound": "after-change",
    "AccessDenied": "after-change",
    "CertificateNotFound": "after-change",
    "CertificateNotFinal": "later",
    "CertificateCancelled": "never",
    "CertificateReplaced": "after-change",
    "CertificateExpired": "never",
    "InvalidRequest": "after-change",
    "MessageTooLarge": "after-change",
    "PositionUnknown": "after-change",
    "PositionRepeated": "after-change",
    "QuantityInvalid": "after-change",
    "QuantityExceeded": "after-change",
    "AlreadyConfirmed": "after-change",
    "SignatureMissing": "after-change",
    "SignatureInvalid": "after-change",
    "SignerNotTrusted": "after-change",
    "AlgorithmRefused": "after-change",
    "MessageExpired": "after-change",
    "MessageReplayed": "after-change",
    "TooManyRequests": "later",
    "OperationNotAvailable": "never",
    "VersionMismatch": "never",
    "MustUnderstand": "never",
}
SERVER_ERRORS = {
    "PartnerUnreachable": "later",
    "PartnerTimeout": "later",
    "PartnerFault": "never",
    "PartnerReplyInvalid": "never",
    "ServiceUnavailable": "later",
    "UnderMaintenance": "later",
    "PermitAltered": "later",
    "InternalError": "later",
}
"""Fault catalogue (docs/wire-contract.md): code -> Retry, for each side."""


@pytest.mark.parametrize(
    ("branches", "table"),
    [
        ((errors.RequestRefused, errors.TrustRefused), CLIENT_ERRORS),
        ((errors.PartnerFailed, errors.InternalFailure), SERVER_ERRORS),
    ],
    ids=["client", "server"],
)
def test_codes_and_retry_are_those_of_the_fault_catalogue(
    branches: tuple[type[GatewayError], ...], table: dict[str, str]
) -> None:
    found = {leaf.__name__: leaf.retry for leaf in LEAVES if issubclass(leaf, branches)}
    assert found == table


def test_the_code_of_an_error_is_its_class_name() -> None:
    assert errors.PositionUnknown("text", position="D").code == "PositionUnknown"


def test_not_found_takes_no_fact_that_could_tell_the_reasons_apart() -> None:
    with pytest.raises(TypeError):
        errors.CertificateNotFound("wrong token")  # type: ignore[call-arg]
    refused = errors.CertificateNotFound()
    assert refused.text == "No permit or certificate is known here under this number and token."
    assert (refused.position, refused.box, refused.retry) == (None, None, Retry.AFTER_CHANGE)


def test_a_record_lists_all_its_problems_in_order() -> None:
    second = RecordInvalid("second", file="f.csv", row=3, field="unit", box="11")
    first = RecordInvalid("first", file="f.csv", row=2, also=(second,))
    assert [problem.text for problem in first.problems] == ["first", "second"]
