"""The error tree: every leaf has a side, a word, a retry and a docstring."""

from collections.abc import Iterator

import pytest

from gateway.domain import errors
from gateway.domain.errors import GatewayError, RecordInvalid, Retry


def leaves(kind: type[GatewayError]) -> Iterator[type[GatewayError]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from leaves(each)


LEAVES = sorted(leaves(GatewayError), key=lambda kind: kind.__name__)
BRANCHES = (errors.RequestRefused, errors.TrustRefused, errors.PartnerFailed, errors.HouseFault, errors.InputInvalid)


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_has_one_side_a_retry_and_a_meaning(kind: type[GatewayError]) -> None:
    assert sum(issubclass(kind, branch) for branch in BRANCHES) == 1
    assert isinstance(kind.retry, Retry)
    assert kind.__doc__ and kind.__doc__.strip()
    assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize(
    ("kind", "retry"),
    [
        (errors.CertificateNotFinal, "later"),
        (errors.CertificateCancelled, "never"),
        (errors.CertificateReplaced, "after-change"),
        (errors.CertificateNotFound, "after-change"),
        (errors.TooManyRequests, "later"),
        (errors.OperationNotAvailable, "never"),
        (errors.PartnerUnreachable, "later"),
        (errors.PartnerTimeout, "later"),
        (errors.PartnerFault, "never"),
        (errors.PartnerReplyInvalid, "never"),
        (errors.ServiceUnavailable, "later"),
        (errors.InternalError, "later"),
    ],
)
def test_the_retry_is_that_of_the_fault_table(kind: type[GatewayError], retry: str) -> None:
    assert kind.retry == retry


def test_the_word_of_an_error_is_its_name() -> None:
    assert errors.PositionUnknown("text", position="D").code == "PositionUnknown"


def test_not_found_says_the_same_whatever_was_wrong() -> None:
    assert errors.CertificateNotFound().text == errors.CertificateNotFound().text
    assert errors.CertificateNotFound().position is None


def test_a_record_tells_all_its_problems_in_their_order() -> None:
    second = RecordInvalid("second", file="f.csv", row=3, field="unit", box="11")
    first = RecordInvalid("first", file="f.csv", row=2, also=(second,))
    assert [problem.text for problem in first.problems] == ["first", "second"]
