"""Indicators of risk: each fires with its evidence, stays silent, or says why it cannot judge."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.permit.party import Address, Country, Party, Signatory
from gateway.domain.report.mismatch import Knowledge as CountedBy
from gateway.domain.report.mismatch import Line, Mismatch
from gateway.domain.risk.facts import ImportCount, Inquiry, RiskFacts
from gateway.domain.risk.indicators import INDICATORS, NAMES, Indicator, Judged
from gateway.domain.risk.score import DEFAULT_WEIGHTS, risk_of
from gateway.domain.rules.finding import info, risk
from gateway.domain.trace.held import HeldDocument, Missing, Reason
from gateway.domain.trace.named import DocumentName
from gateway.domain.trace.trace import trace_of
from gateway.domain.trace.tree import build
from tests.domain.trace.documents import (
    CH,
    CHAIN,
    FIRST,
    NOON,
    ORIGIN,
    SECOND,
    ZA,
    among,
    box_12,
    box_12a,
    held,
    line,
    reexport,
)


def importer(code: str | None) -> Party:
    return Party(address=Address(country=Country(code, "a country")))


def facts(*documents: HeldDocument, others: Any = (), **changes: Any) -> RiskFacts:
    """Facts of the first document, imported by Norway, without anything against it."""
    first, *rest = documents or (SECOND, FIRST, ORIGIN)
    permit = replace(first.permit, importer=importer("NO"))
    first = replace(first, permit=permit)
    trace = trace_of(build(first.name, among(first, *rest)), others)
    whole = RiskFacts(first, (), True, True, trace, (first.name.country,), ())
    return replace(whole, **changes)


def judged(indicator: Indicator, of: RiskFacts) -> Judged:
    return INDICATORS[indicator](of)


def stamped(document: HeldDocument, stamp: str | None) -> HeldDocument:
    permit = replace(document.permit, management_authority=Signatory("A", stamp=stamp))
    return replace(document, permit=permit)


SAME_STAMP = stamped(held(DocumentName("CH", "CH26RX9"), reexport()), "CH 1")
BACK = replace(facts().held.permit, importer=importer("ZW"))
MISMATCH = Mismatch(
    Line("CH", CH.number, "A"),
    "CH",
    "Crocodylus niloticus",
    NOON,
    "5 NAR",
    CountedBy.COUNTED,
    "4 NAR",
    CountedBy.COUNTED,
)
CASES: dict[Indicator, tuple[RiskFacts, RiskFacts]] = {
    Indicator.REPEATED_NUMBER: (facts(issuers=("CH", "FR")), facts(issuers=("CH/BLV",))),
    Indicator.REPEATED_STAMP: (
        facts(stamped(SECOND, "CH  1"), FIRST, others=[(SAME_STAMP.name, SAME_STAMP)]),
        facts(stamped(SECOND, "CH 2"), FIRST, others=[(SAME_STAMP.name, SAME_STAMP)]),
    ),
    Indicator.BEYOND_QUOTA: (
        facts(findings=(risk("K02", "quota-exceeded", box="11a", value="6", expected="5"),)),
        facts(findings=(info("K02", "quota-exceeded", box="11a", value="6", expected="5"),)),
    ),
    Indicator.SUSPENSION: (
        facts(
            findings=(
                risk("S04", "eu-suspension", box="3", value="CH", taxon="a taxon", reference="r"),
            )
        ),
        facts(),
    ),
    Indicator.SOURCE_AND_PURPOSE: (
        facts(findings=(risk("C05", "commercial-appendix-i", box="5a", value="T", source="W"),)),
        facts(findings=(risk("K02", "quota-exceeded", box="11a", value="6", expected="5"),)),
    ),
    Indicator.UNUSUAL_ROUTE: (
        facts(replace(SECOND, permit=BACK), FIRST, ORIGIN),
        facts(),
    ),
    Indicator.EARLIER_MISMATCH: (facts(mismatches=(MISMATCH,)), facts()),
    Indicator.SHOWN_ELSEWHERE: (
        facts(inquiries=(), import_counts=(ImportCount("br", "BR", NOON),)),
        facts(
            # Of transit, or of a later re-export: they ask, and count nothing at import.
            inquiries=(Inquiry("br", "BR", NOON), Inquiry("no", "NO", NOON)),
            import_counts=(ImportCount("no", "NO", NOON), ImportCount("no", "NO", NOON)),
        ),
    ),
    Indicator.CHAIN_OPEN: (
        facts(held(ZA, reexport(line(origin=None)))),
        facts(),
    ),
    Indicator.MORE_THAN_CAME_IN: (
        facts(held(ZA, reexport(line("6", origin=box_12()))), ORIGIN),
        facts(),
    ),
}


@pytest.mark.parametrize("indicator", Indicator)
def test_an_indicator_fires_with_evidence_or_stays_silent(indicator: Indicator) -> None:
    with_sign, without = CASES[indicator]
    if indicator is Indicator.UNUSUAL_ROUTE:  # `facts` sets the importer: here it is Zimbabwe
        with_sign = replace(with_sign, held=replace(with_sign.held, permit=BACK))
    fired = judged(indicator, with_sign).evidence
    assert fired
    assert all(str(piece.text) and str(piece.source) for piece in fired)
    assert not judged(indicator, without).evidence


@pytest.mark.parametrize(
    ("indicator", "of"),
    [
        (Indicator.REPEATED_STAMP, facts(stamped(SECOND, None), FIRST, ORIGIN)),
        (Indicator.BEYOND_QUOTA, facts(has_quotas=False)),
        (Indicator.SUSPENSION, facts(has_suspensions=False)),
        (Indicator.SHOWN_ELSEWHERE, facts()),
        (Indicator.CHAIN_OPEN, facts(SECOND, FIRST)),
        (
            Indicator.MORE_THAN_CAME_IN,
            facts(others=[(DocumentName("CH", "1"), Missing(Reason.NOT_ASKED))]),
        ),
    ],
)
def test_what_could_not_be_judged_is_told_and_is_no_sign(
    indicator: Indicator, of: RiskFacts
) -> None:
    found = judged(indicator, of)
    assert found.unjudged is not None
    assert not found.evidence


def test_more_than_two_reexports_are_an_unusual_route() -> None:
    third = DocumentName("FR", "FR26RX1")
    of = facts(
        held(
            third,
            reexport(
                line(origin=SECOND.permit.positions[0].origin, last_reexport=box_12a(CH)),
                name=third,
            ),
        ),
        *CHAIN,
    )
    (piece,) = judged(Indicator.UNUSUAL_ROUTE, of).evidence
    assert "ZW > ZA > CH > FR > NO" in str(piece.text)


def test_the_score_is_the_sum_of_what_fired_and_shows_everything() -> None:
    of = facts(issuers=("CH", "FR"), mismatches=(MISMATCH,), has_quotas=False)
    weights = {**DEFAULT_WEIGHTS, Indicator.REPEATED_NUMBER: 7, Indicator.EARLIER_MISMATCH: 50}
    found = risk_of(of, weights)
    assert found.score == 57
    assert [each.indicator for each in found.fired] == [
        Indicator.EARLIER_MISMATCH,
        Indicator.REPEATED_NUMBER,
    ]
    assert {each.indicator for each in found.indicators} == set(Indicator) == set(NAMES)
    assert risk_of(of, dict.fromkeys(Indicator, 0)).score == 0


def test_hostile_text_is_one_harmless_line() -> None:
    evil = replace(MISMATCH, ours="=1+1\n\u202ecmd")
    (piece,) = judged(Indicator.EARLIER_MISMATCH, facts(mismatches=(evil,))).evidence
    assert "\n" not in str(piece.text)
    assert "\u202e" not in str(piece.text)


def test_a_country_that_asked_and_is_not_named_is_told_and_is_no_sign() -> None:
    asked = facts(inquiries=(Inquiry("br", "BR", NOON), Inquiry("no", "NO", NOON)))
    found = judged(Indicator.SHOWN_ELSEWHERE, asked)
    assert not found.evidence
    assert "Asked for by BR," in str(found.unjudged)


@pytest.mark.parametrize(("countries", "pieces"), [("BR", 0), ("BR NO", 2)])
def test_without_a_country_in_box_3_two_countries_of_import_are_the_sign(
    countries: str, pieces: int
) -> None:
    of = facts(
        inquiries=(),
        import_counts=tuple(ImportCount(each.lower(), each, NOON) for each in countries.split()),
    )
    permit = replace(of.permit, importer=None)
    of = replace(of, held=replace(of.held, permit=permit))
    assert len(judged(Indicator.SHOWN_ELSEWHERE, of).evidence) == pieces
