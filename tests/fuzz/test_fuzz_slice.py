"""Fuzzing: a slice of the long runs, and tests of the fuzzer itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.http import HttpAnswer, HttpRequest
from tests.fuzz import endpoint, reader
from tests.fuzz.campaign import Broken, run
from tests.long_haul import repetitions

pytestmark = pytest.mark.slow

BATCH = range(500)


def silent(_: str) -> None:
    """A slice prints no progress."""


def test_no_request_gets_past_the_rules_of_the_endpoint() -> None:
    target = endpoint.in_memory()
    inputs = repetitions(short=400, long=4_500)
    done = run(target.attempt, target.ask_well, 1, range(inputs), silent)
    assert done.outcomes.total() == inputs
    assert {
        "answered",
        "InvalidRequest",
        "VersionMismatch",
        "QuantityInvalid",
        "405",
    } <= done.outcomes.keys()


@pytest.mark.long_haul  # the short form has readers and endpoint
def test_a_whole_gateway_with_its_database_stands_a_few_hundred(tmp_path: Path) -> None:
    target = endpoint.on_disk(tmp_path)
    done = run(
        target.attempt, target.ask_well, 3, range(repetitions(short=300, long=1_000)), silent
    )
    assert {"answered", "InvalidRequest"} <= done.outcomes.keys()


def test_no_document_gets_anything_but_a_permit_or_a_refusal_out_of_a_reader(
    tmp_path: Path,
) -> None:
    target = reader.Target(tmp_path)
    done = run(
        target.attempt, target.ask_well, 2, range(repetitions(short=400, long=4_500)), silent
    )
    assert {
        "v1 read",
        "v2 DocumentInvalid",
        "answer Unreadable",
        "record RecordInvalid",
    } <= done.outcomes.keys()


@pytest.mark.long_haul  # of the fuzzer itself
def test_the_same_seed_tries_the_same_inputs() -> None:
    target = endpoint.in_memory()
    first, second = (
        run(target.attempt, target.ask_well, 7, BATCH, silent).outcomes for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"body": b"<Fault>Traceback (most recent call last)</Fault>"}, "leaked"),
        ({"body": b"<s:Envelope"}, "not well-formed"),
        ({"status": 502}, "status 502"),
        (
            {"headers": (("Content-Type", "text/html"), ("X-Content-Type-Options", "nosniff"))},
            "stored",
        ),
        ({"headers": (("Content-Type", "text/xml; charset=utf-8"),)}, "nosniff"),
    ],
    ids=["leak", "broken XML", "status", "cacheable", "sniffable"],
)
def test_the_fuzzer_notices_a_endpoint_that_breaks_a_rule(
    change: dict[str, object], what: str
) -> None:
    target = endpoint.in_memory()
    honest = target.site

    def worse(request: HttpRequest) -> HttpAnswer:
        answer = honest(request)
        return (
            replace(answer, **change)
            if request.method == "POST" and answer.status == 500
            else answer
        )

    target.site = worse
    with pytest.raises(Broken, match=what):
        run(target.attempt, target.ask_well, 1, BATCH, silent)


def test_the_fuzzer_notices_an_exception_and_names_the_input() -> None:
    target = endpoint.in_memory()

    def raises(_: HttpRequest) -> HttpAnswer:
        raise KeyError("TokenId")

    target.site = raises
    with pytest.raises(Broken, match="escaped") as caught:
        run(target.attempt, target.ask_well, 1, BATCH, silent)
    assert "input 0 of seed 1" in caught.value.__notes__[0]


@pytest.mark.long_haul  # of the fuzzer itself
def test_the_fuzzer_notices_memory_that_is_kept() -> None:
    kept: list[bytes] = []

    def keeps(_: object) -> str:
        kept.append(b"x" * 10_000)
        return "answered"

    with pytest.raises(Broken, match="memory grew"):
        run(keeps, lambda: None, 1, range(4_500), silent)
