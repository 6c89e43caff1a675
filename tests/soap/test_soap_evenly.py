"""A refused look-up leaves at the end of a span, whatever was wrong; no other answer waits."""

from time import monotonic

import pytest

from gateway.domain.errors import AccessDenied, CertificateNotFound, TooManyRequests
from gateway.soap.evenly import SPAN_SECONDS, leaves_at
from tests.soap.knock import Door

REQUESTS = {
    "unknown number": {"number": "<CertificateNumber>MZ26EX999999</CertificateNumber>"},
    "wrong token": {"token": "<TokenId>GUESS</TokenId>"},
    "no token": {"token": ""},
}


def leaving(door: Door, **changes: str) -> float | None:
    """When the answer may leave, in seconds from when it was asked for."""
    began = monotonic()
    answer = door.raw("POST", body=door.envelope(door.request(**changes)).encode(), content_type="text/xml")
    return None if answer.not_before is None else answer.not_before - began


@pytest.mark.parametrize("changes", REQUESTS.values(), ids=REQUESTS)
def test_a_refused_look_up_waits_for_the_end_of_its_span(door: Door, changes: dict[str, str]) -> None:
    leaving(door, **changes)  # the first question of all takes longer
    assert SPAN_SECONDS <= (leaving(door, **changes) or 0) < 3 * SPAN_SECONDS


def test_a_caller_who_asks_too_often_waits_as_long(door: Door) -> None:
    door.house.fails_with = TooManyRequests("Ask later.")
    assert leaving(door) is not None


@pytest.mark.parametrize("outcome", [None, AccessDenied("Not open."), RuntimeError("a defect")])
def test_no_other_answer_waits(door: Door, outcome: BaseException | None) -> None:
    door.house.fails_with = outcome
    assert leaving(door) is None


@pytest.mark.parametrize(
    ("took", "spans"), [(0.0, 1), (0.4, 1), (0.99, 1), (1.01, 2), (2.5, 3)], ids=lambda value: str(value)
)
def test_the_moment_depends_on_the_question_alone_within_one_span(took: float, spans: int) -> None:
    began = 1234.5
    assert leaves_at(began, began + took * SPAN_SECONDS) == pytest.approx(began + spans * SPAN_SECONDS)


def test_all_kinds_are_one_outcome(door: Door) -> None:
    assert {door.post(door.envelope(door.request(**changes))).code for changes in REQUESTS.values()} == {
        CertificateNotFound.__name__
    }
