"""Runs: what is sent and what is not, and why a case was not tried."""

import pytest

from gateway.conformance.case import CaseResult, Outcome
from gateway.conformance.exchange import Received
from gateway.conformance.run import confirmed_lines
from gateway.conformance.sandbox_permits import sandbox_permits
from gateway.settings.conformance.sample_permits import PermitKind
from tests.conformance.conftest import Wire, a_plan, repeated

DEAD = Received(None, "", b"", 5.0, "did not answer in time.")


def not_tried(results: list[CaseResult]) -> dict[str, str]:
    return {each.case.id: each.finding for each in results if each.outcome is Outcome.NOT_TRIED}


def test_a_service_that_gives_no_answer_is_left_alone() -> None:
    wire = Wire(lambda _: DEAD)
    results = list(a_plan(wire).results())
    assert len(wire.exchanges) == 4
    assert not [each for each in results if each.outcome is Outcome.PASSED]
    (first, *_) = [each for each in results if each.case.id == "S01"]
    assert (first.outcome, first.finding) == (
        Outcome.FAILED,
        "The service did not answer in time.",
    )
    assert "left alone" in not_tried(results)["X01"]


@pytest.mark.long_haul  # the short form has all other failures
@pytest.mark.slow
def test_one_silence_does_not_end_a_run(
    own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    wire = repeated(
        own_wires[0].exchanges,
        lambda sent, received: DEAD if "Accept" in sent.headers else received,
    )
    results = list(a_plan(wire).results())
    assert {each.case.id for each in results if each.outcome is Outcome.FAILED} == {"M17"}


@pytest.mark.slow
def test_nothing_is_confirmed_without_consent(
    own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    wire = repeated(own_wires[0].exchanges)
    results = list(a_plan(wire, may_confirm=False).results())
    assert not [sent for sent, _ in wire.exchanges if b"ConfirmQuantities" in sent.body]
    missing = not_tried(results)
    assert len(missing) > 20
    assert set(missing.values()) == {"Confirms quantities, or tries to: only with --confirm."}


def test_confirmations_go_to_the_first_address_alone(
    own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    confirmed = [
        [sent for sent, _ in wire.exchanges if b"ConfirmQuantities" in sent.body]
        for wire in own_wires
    ]
    assert confirmed[0] and not confirmed[1]


@pytest.mark.slow
def test_the_pace_is_kept_before_every_request(
    own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    pauses: list[None] = []
    wire = repeated(own_wires[0].exchanges)
    list(a_plan(wire, pause=lambda: pauses.append(None)).results())
    assert len(pauses) == len(wire.exchanges) > 60


@pytest.mark.slow
@pytest.mark.parametrize("kind", [PermitKind.REPLACED, PermitKind.ATTACHMENT])
def test_a_kind_that_is_not_named_is_not_asked_for(
    kind: PermitKind, own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    permits = {each.kind: each for each in sandbox_permits() if each.kind is not kind}
    wire = repeated(own_wires[0].exchanges)
    results = list(a_plan(wire, permits=permits, may_confirm=False).results())
    assert not [each for each in results if each.outcome is Outcome.FAILED]
    assert f"No test permit of the kind `{kind}` is named." in not_tried(results).values()


@pytest.mark.slow
def test_a_confirmed_permit_is_not_confirmed_wrongly_again(
    own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    finals = [
        received
        for sent, received in own_wires[0].exchanges
        if b"GetFinalCites" in sent.body and b"MZ26EX000002" in sent.body
    ]
    wire = repeated(
        own_wires[0].exchanges,
        lambda _, received: finals[-1] if received is finals[0] else received,
    )
    missing = not_tried(list(a_plan(wire).results()))
    assert "name a fresh one" in missing["C04"]
    assert not [sent for sent, _ in wire.exchanges if b"ZZ99" in sent.body]


LINES = {"A": "5", "B": "12.5"}


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("all", (("A", "5"), ("B", "12.5"))),
        ("other", (("A", "5"), ("B", "0"))),
        ("unknown", (("A", "5"), ("B", "12.5"), ("ZZ99", "1"))),
        ("repeated", (("A", "5"), ("B", "12.5"), ("A", "5"))),
        ("too-much", (("A", "6"), ("B", "12.5"))),
        ("negative", (("A", "-1"), ("B", "12.5"))),
        ("exponent", (("A", "1e0"), ("B", "12.5"))),
    ],
)
def test_lines_of_a_confirmation(way: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert confirmed_lines(way, LINES) == expected


BODIES = [
    b"",
    b"\xff\xfe\x00",
    b"<a" * 100_000,
    b"<a>" * 100_000,
    b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'/>",
    b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>",
    b"<?xml version='1.0' encoding='no-such'?><a/>",
    b"<html><body>Welcome</body></html>",
    b"<a " + b" ".join(b'xmlns:p%d="u"' % n for n in range(40_000)) + b"/>",
    b"<a>" + b"<b/>" * 400_000 + b"</a>",
]
MEDIA_TYPES = [
    "text/xml; charset=no-such",
    'multipart/related; boundary="x"',
    "",
    "a" * 3_000,
]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("text/xml", body) for body in BODIES] + [(each, BODIES[8]) for each in MEDIA_TYPES],
    ids=range(15),
)
def test_no_answer_of_a_service_ends_a_run(content_type: str, body: bytes) -> None:
    wanted = ("W01", "W02", "P01", "P02", "T01", "T03")
    cases = [case for case in a_plan().cases if case.id in wanted]
    wire = Wire(lambda _: Received(200, content_type, body, 0.1))
    results = list(a_plan(wire, cases=cases).results())
    assert len(results) == 6
    assert not [each for each in results if each.outcome is Outcome.PASSED]
    assert all(len(each.received) < 5_000 for each in results)
