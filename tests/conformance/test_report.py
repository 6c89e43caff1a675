"""Reports: scores, the three forms, and nothing in them that must not be there."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from lxml import etree

from gateway.conformance.case import CaseResult, Outcome, Weight
from gateway.conformance.case_files import all_cases
from gateway.conformance.exchange import Received, Sent
from gateway.conformance.masking import Mask
from gateway.conformance.report.html import html
from gateway.conformance.report.junit import junit_xml
from gateway.conformance.report.report import Report
from gateway.conformance.sandbox_permits import sandbox_permits
from gateway.conformance.score import score_of

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
HOSTILE = '</pre><script>alert(1)</script><img src="https://elsewhere.example/x">'


def a_report(results: list[CaseResult]) -> Report:
    return Report(
        subject="service",
        addresses=["https://permits.example/epix/v2"],
        country="MZ",
        kit="0.1.0",
        began=AT,
        ended=AT,
        results=results,
        signer="CN=Somebody",
    )


def a_result(weight: Weight, outcome: Outcome, text: str = "") -> CaseResult:
    case = next(case for case in all_cases() if case.weight is weight)
    return CaseResult(
        case=case, place="v2, SOAP 1.1", outcome=outcome, finding=text, sent=text, received=text
    )


MUST, SHOULD = Weight.MUST, Weight.SHOULD
PASSED, FAILED, NOT_TRIED = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_TRIED


@pytest.mark.parametrize(
    ("outcomes", "percent", "is_conformant", "words"),
    [
        ([(MUST, PASSED), (SHOULD, PASSED)], 100, True, "full marks"),
        ([(MUST, PASSED), (SHOULD, FAILED)], 71, True, "open in part"),
        ([(MUST, FAILED), (SHOULD, PASSED)], 28, False, "1 requirement does not hold"),
        ([(MUST, FAILED), (MUST, FAILED)], 0, False, "2 requirements do not hold"),
        ([(MUST, PASSED), (MUST, NOT_TRIED)], 100, True, "full marks"),
        ([(MUST, NOT_TRIED)], 0, False, "Nothing could be tried"),
    ],
)
def test_points_and_verdict(
    outcomes: list[tuple[Weight, Outcome]], percent: int, is_conformant: bool, words: str
) -> None:
    report = a_report([a_result(*each) for each in outcomes])
    assert (report.score.percent, report.score.is_conformant) == (percent, is_conformant)
    assert words in report.verdict


def test_no_token_and_no_permit_is_in_any_form_of_a_report(own_results: list[CaseResult]) -> None:
    report = a_report(own_results)
    forms = b"".join((html(report), report.to_json(), junit_xml(report))).decode()
    tokens = [permit.token for permit in sandbox_permits() if permit.token]
    assert len(tokens) == 6
    assert not [token for token in tokens if token in forms]
    assert "ram:" not in forms and "CertifyingTradeParty" not in forms
    assert "not shown" in forms
    assert "(token)" in forms


@pytest.mark.parametrize(
    "written",
    ["a&b<c'd", "a&amp;b&lt;c'd", "a&amp;b&lt;c&apos;d", "<TokenId>a&amp;b&lt;c'd</TokenId>"],
)
def test_a_token_is_covered_however_it_is_escaped(written: str) -> None:
    shown = Mask(["a&b<c'd"]).text(f"begin {written} end")
    assert "a&" not in shown
    assert "(token)" in shown


def test_a_token_that_comes_back_is_covered() -> None:
    mask = Mask(["SECRET-7"])
    body = b"<html>Wrong token SECRET-7 for MZ1</html>"
    assert "SECRET-7" not in mask.received(Received(500, "text/html", body, 0.1))
    sent = Sent("POST", "", {"X": "SECRET-7"}, "<a>SECRET-7</a>".encode("utf-16"))
    assert "SECRET-7" not in mask.sent(sent)


def test_a_line_of_others_forges_no_line_of_ours() -> None:
    shown = Mask([]).text("one\u2028two\r\u202ethree\x1b[2J")
    assert shown == r"one\u2028two\u000D\u202Ethree\u001B[2J"


def test_long_runs_and_long_answers_are_cut() -> None:
    mask = Mask([])
    shown = mask.received(Received(200, "text/plain", b"x" * 9_000, 0.1))
    assert "(9000 characters)" in shown and len(shown) < 200
    shown = mask.received(Received(200, "text/plain", b"x y " * 9_000, 0.1))
    assert "36000 characters in all" in shown and len(shown) < 5_000


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_has_no_script_and_nothing_from_elsewhere() -> None:
    page = html(a_report([a_result(MUST, FAILED, HOSTILE)])).decode()
    elements = Elements()
    elements.feed(page)
    tags = {tag for tag, _ in elements.found}
    assert {"details", "table", "style"} <= tags
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "base"}
    outside = [
        value
        for _, attributes in elements.found
        for name, value in attributes.items()
        if name in ("href", "src") and not (value or "").startswith("#")
    ]
    assert not outside
    assert "url(" not in page and "@import" not in page
    targets = {attributes["id"] for _, attributes in elements.found if attributes.get("id")}
    asked = {value[1:] for _, attributes in elements.found if (value := attributes.get("href"))}
    assert asked <= targets


def test_junit_fails_for_what_must_hold_alone() -> None:
    results = [
        a_result(MUST, FAILED, "Wrong \x00 here."),
        a_result(SHOULD, FAILED),
        a_result(MUST, NOT_TRIED),
        a_result(MUST, PASSED),
    ]
    root = etree.fromstring(junit_xml(a_report(results)))
    assert (root.get("tests"), root.get("failures")) == ("4", "1")
    (failure,) = root.iter("failure")
    assert failure.get("message") == "Wrong ? here."
    assert len(list(root.iter("skipped"))) == 2
    suites = root.findall("testsuite")
    assert sum(int(suite.get("failures", "")) for suite in suites) == 1


def test_json_says_version_score_and_cases() -> None:
    said = json.loads(a_report([a_result(MUST, FAILED, "Wrong.")]).to_json())
    assert (said["format"], said["signer"], said["score"]["failed"]) == (1, "CN=Somebody", 1)
    (case,) = said["cases"]
    assert (case["outcome"], case["weight"], case["finding"]) == ("failed", "must", "Wrong.")
    assert case["cure"]


def test_a_finding_that_many_share_stands_first() -> None:
    results = [a_result(MUST, FAILED, "No answer.")] * 4 + [a_result(MUST, FAILED, "Other.")]
    report = a_report(results)
    assert report.shared_findings == [("No answer.", 4)]
    assert "4 cases fail with one finding:" in html(report).decode()


def test_what_was_not_tried_counts_neither_way() -> None:
    score = score_of("x", [a_result(MUST, NOT_TRIED), a_result(SHOULD, PASSED)])
    assert (score.points, score.possible, score.not_tried) == (2, 2, 1)
