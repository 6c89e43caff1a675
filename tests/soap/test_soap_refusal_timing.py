"""A refused look-up leaves at the end of a span, whatever was wrong; no other answer waits."""

from time import monotonic

import pytest

from gateway.domain.errors import AccessDenied, CertificateNotFound, TooManyRequests
from gateway.soap.refusal_timing import TIME_SLOT_SECONDS, send_at
from tests.soap.endpoint import Endpoint

REQUESTS = {
    "unknown number": {"number": "<CertificateNumber>MZ26EX999999</CertificateNumber>"},
    "wrong token": {"token": "<TokenId>GUESS</TokenId>"},
    "no token": {"token": ""},
}


def leaving(endpoint: Endpoint, **changes: str) -> float | None:
    """When the answer may leave, in seconds from when it was asked for."""
    began = monotonic()
    answer = endpoint.raw(
        "POST",
        body=endpoint.envelope(endpoint.request(**changes)).encode(),
        content_type="text/xml",
    )
    return None if answer.not_before is None else answer.not_before - began


@pytest.mark.parametrize("changes", REQUESTS.values(), ids=REQUESTS)
def test_a_refused_look_up_waits_for_the_end_of_its_span(
    endpoint: Endpoint, changes: dict[str, str]
) -> None:
    leaving(endpoint, **changes)  # the first question of all takes longer
    assert TIME_SLOT_SECONDS <= (leaving(endpoint, **changes) or 0) < 3 * TIME_SLOT_SECONDS


def test_a_caller_who_asks_too_often_waits_as_long(endpoint: Endpoint) -> None:
    endpoint.backend.fails_with = TooManyRequests("Ask later.")
    assert leaving(endpoint) is not None


@pytest.mark.parametrize("outcome", [None, AccessDenied("Not open."), RuntimeError("a defect")])
def test_no_other_answer_waits(endpoint: Endpoint, outcome: BaseException | None) -> None:
    endpoint.backend.fails_with = outcome
    assert leaving(endpoint) is None


@pytest.mark.parametrize(
    ("took", "spans"),
    [(0.0, 1), (0.4, 1), (0.99, 1), (1.01, 2), (2.5, 3)],
    ids=lambda value: str(value),
)
def test_the_moment_depends_on_the_question_alone_within_one_span(took: float, spans: int) -> None:
    began = 1234.5
    assert send_at(began, began + took * TIME_SLOT_SECONDS) == pytest.approx(
        began + spans * TIME_SLOT_SECONDS
    )


def test_all_kinds_are_one_outcome(endpoint: Endpoint) -> None:
    assert {
        endpoint.post(endpoint.envelope(endpoint.request(**changes))).code
        for changes in REQUESTS.values()
    } == {CertificateNotFound.__name__}
