"""Indicators of risk: each is a function of the facts that says what it saw, or why it cannot."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.foreign_text import one_line
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.party import Party
from gateway.domain.permit.permit import Permit
from gateway.domain.risk.facts import RiskFacts
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.severity import Severity
from gateway.domain.trace import words
from gateway.domain.trace.held import HeldDocument
from gateway.domain.white_space import collapsed

_MOST_EVIDENCE = 20
"""Pieces of evidence of one indicator; a permit may have very many lines."""


class Indicator(StrEnum):
    """Name of an indicator, as the settings have it."""

    REPEATED_NUMBER = "repeated_number"
    REPEATED_STAMP = "repeated_stamp"
    BEYOND_QUOTA = "beyond_quota"
    SUSPENSION = "suspension"
    SOURCE_AND_PURPOSE = "source_and_purpose"
    UNUSUAL_ROUTE = "unusual_route"
    EARLIER_MISMATCH = "earlier_mismatch"
    SHOWN_ELSEWHERE = "shown_elsewhere"
    CHAIN_OPEN = "chain_open"
    MORE_THAN_CAME_IN = "more_than_came_in"


NAMES = {
    Indicator.REPEATED_NUMBER: Sentence("Number on several permits"),
    Indicator.REPEATED_STAMP: Sentence("Security stamp on several permits"),
    Indicator.BEYOND_QUOTA: Sentence("Quantity beyond the quota"),
    Indicator.SUSPENSION: Sentence("Trade suspended"),
    Indicator.SOURCE_AND_PURPOSE: Sentence("Source and purpose do not go together"),
    Indicator.UNUSUAL_ROUTE: Sentence("Unusual route"),
    Indicator.EARLIER_MISMATCH: Sentence("Counts differed before"),
    Indicator.SHOWN_ELSEWHERE: Sentence("Shown elsewhere"),
    Indicator.CHAIN_OPEN: Sentence("Chain to the origin not closed"),
    Indicator.MORE_THAN_CAME_IN: Sentence("More re-exported than came in"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence. source: where it comes from.

    finding: of a rule, which has words of its own in three languages.
    """

    text: Sentence
    source: Sentence
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Statement of an indicator. evidence: empty where it did not fire.

    unjudged: why it could not be judged, or not wholly; None where it could.
    """

    evidence: tuple[Evidence, ...] = ()
    unjudged: Sentence | None = None


OUR_RECORDS = Sentence("Records of this gateway")
DOCUMENTS = Sentence("Documents at hand")


def repeated_number(facts: RiskFacts) -> Judged:
    """The same number stands on permits of several issuers."""
    others = [each for each in facts.issuers if each.partition("/")[0] != facts.name.country]
    same_country = [each for each in facts.issuers if each not in others]
    if len(same_country) > 1:
        others += same_country
    return Judged(
        tuple(
            Evidence(
                Sentence("A permit of this number is also known of {issuer}.", {"issuer": each}),
                OUR_RECORDS,
            )
            for each in others[:_MOST_EVIDENCE]
        )
    )


def repeated_stamp(facts: RiskFacts) -> Judged:
    """The number of the security stamp (5b) stands on another document of the same country.

    Compared with the documents of the trace alone: no list of all stamps is at hand.
    """
    stamp = _stamp(facts.permit)
    if not stamp:
        return Judged(unjudged=Sentence("Box 5b has no number of a security stamp."))
    found = [
        held
        for held in _others(facts)
        if held.name.country == facts.name.country and _stamp(held.permit) == stamp
    ]
    return Judged(
        tuple(
            Evidence(
                Sentence("{document} has the same stamp number.", {"document": _said(held)}),
                DOCUMENTS,
            )
            for held in found[:_MOST_EVIDENCE]
        ),
        Sentence("Compared with the documents of its trace alone."),
    )


def beyond_quota(facts: RiskFacts) -> Judged:
    """Box 11a, or the trade of the year, passes a published quota."""
    no_data = Sentence("No quotas were imported; box 11a alone was judged.")
    return Judged(_of_rules(facts, "K02", "K03", "K08"), None if facts.has_quotas else no_data)


def suspension(facts: RiskFacts) -> Judged:
    """Trade with the country, or in the taxon, is suspended."""
    no_data = Sentence("No suspensions were imported.")
    return Judged(_of_rules(facts, "S01", "S04"), None if facts.has_suspensions else no_data)


def source_and_purpose(facts: RiskFacts) -> Judged:
    """The source of box 10 contradicts purpose, Appendix, kingdom or register."""
    rules = ("C01", "C02", "C03", "C04", "C05", "C06", "S08")
    return Judged(_of_rules(facts, *rules))


def unusual_route(facts: RiskFacts) -> Judged:
    """The goods come back to a country that they have left, or were re-exported several times."""
    evidence: list[Evidence] = []
    importer = _country(facts.permit.importer)
    routes = {tuple(name.country for name in reversed(chain.path)) for chain in facts.trace.chains}
    for route in sorted(routes or {(facts.name.country,)}):
        whole = (*route, importer) if importer else route
        written = " > ".join(map(one_line, whole))
        if len(set(whole)) < len(whole):
            sentence = Sentence("The goods come back to a country: {route}.", {"route": written})
            evidence.append(Evidence(sentence, DOCUMENTS))
        elif len(route) > _USUAL_DOCUMENTS:
            sentence = Sentence(
                "The goods were re-exported several times: {route}.", {"route": written}
            )
            evidence.append(Evidence(sentence, DOCUMENTS))
    unjudged = None if importer else Sentence("Box 3 names no country by its code.")
    return Judged(tuple(evidence[:_MOST_EVIDENCE]), unjudged)


_USUAL_DOCUMENTS = 3
"""An export and two re-exports."""


def earlier_mismatch(facts: RiskFacts) -> Judged:
    """Counts of two countries differed on this permit, or on such goods between the same two."""
    return Judged(
        tuple(
            Evidence(
                Sentence(
                    "{line}: {ours} here, {theirs} in {partner}.",
                    {
                        "line": one_line(str(each.line)),
                        "ours": one_line(each.ours),
                        "theirs": one_line(each.theirs),
                        "partner": each.partner,
                    },
                ),
                OUR_RECORDS,
            )
            for each in facts.mismatches[:_MOST_EVIDENCE]
        )
    )


def shown_elsewhere(facts: RiskFacts) -> Judged:
    """It was counted at import in a country other than that of box 3; or presented here before.

    A question alone is no evidence: countries of transit and of a later re-export ask for a permit
    that does not name them.
    """
    before = _of_rules(facts, "S06")
    if facts.inquiries is None:
        return Judged(
            before, Sentence("Of a foreign permit, uses here alone are known, not those elsewhere.")
        )
    importer = _country(facts.permit.importer)
    counts = () if facts.permit.document_type.multi_use else facts.import_counts
    if importer is None and len({each.country for each in counts}) < _SEVERAL:
        counts = ()
    found = tuple(
        Evidence(
            Sentence(
                "{partner} of {country} counted it at import on {day}; box 3 names {importer}.",
                {
                    "partner": each.partner,
                    "country": each.country,
                    "day": each.at.date(),
                    "importer": importer or "?",
                },
            ),
            OUR_RECORDS,
        )
        for each in counts
        if each.country != importer
    )
    return Judged(before + found[:_MOST_EVIDENCE], _asked_by_others(facts))


_SEVERAL = 2


def _asked_by_others(facts: RiskFacts) -> Sentence | None:
    """Note on countries that asked for the permit and that it does not name."""
    named = facts.permit.countries | facts.transit | {facts.name.country}
    others = sorted({each.country for each in facts.inquiries or ()} - named)
    if not others:
        return None
    return Sentence(
        "Asked for by {countries}, which it does not name. Transit and a later re-export are usual"
        " reasons, so that alone is no sign.",
        {"countries": ", ".join(others[:_MOST_EVIDENCE])},
    )


def chain_open(facts: RiskFacts) -> Judged:
    """The goods of a re-export are not followed to their origin.

    A question that could not be asked is no sign against the permit: it is told, and does not fire.
    """
    open_chains = [chain for chain in facts.trace.chains if not chain.closes]
    told = [chain for chain in open_chains if chain.missing is None]
    unknown = Sentence("A document of the chain is not at hand: `epix-gateway trace` asks for it.")
    return Judged(
        tuple(
            Evidence(
                Sentence(
                    "Line {line}: {way}",
                    {"line": one_line(chain.position), "way": words.way(chain)},
                ),
                words.chain(chain),
            )
            for chain in told[:_MOST_EVIDENCE]
        ),
        unknown if len(told) < len(open_chains) else None,
    )


def more_than_came_in(facts: RiskFacts) -> Judged:
    """More goods were re-exported on a document of its chain than came in with it."""
    unread = any(not isinstance(found, HeldDocument) for _, found in facts.trace.others)
    partial = Sentence("Some re-exports are not at hand, so the sums may be too small.")
    return Judged(
        tuple(
            Evidence(
                Sentence(
                    "{document}, {goods}: {came} came in, {left} were re-exported.",
                    {
                        "document": one_line(str(each.document)),
                        "goods": one_line(f"{each.scientific_name} {each.term}"),
                        "came": each.came_in or 0,
                        "left": each.went_out or "?",
                    },
                ),
                DOCUMENTS,
            )
            for each in facts.trace.passed[:_MOST_EVIDENCE]
        ),
        partial if unread or facts.trace.more_others else None,
    )


INDICATORS: dict[Indicator, Callable[[RiskFacts], Judged]] = {
    Indicator.REPEATED_NUMBER: repeated_number,
    Indicator.REPEATED_STAMP: repeated_stamp,
    Indicator.BEYOND_QUOTA: beyond_quota,
    Indicator.SUSPENSION: suspension,
    Indicator.SOURCE_AND_PURPOSE: source_and_purpose,
    Indicator.UNUSUAL_ROUTE: unusual_route,
    Indicator.EARLIER_MISMATCH: earlier_mismatch,
    Indicator.SHOWN_ELSEWHERE: shown_elsewhere,
    Indicator.CHAIN_OPEN: chain_open,
    Indicator.MORE_THAN_CAME_IN: more_than_came_in,
}


def _of_rules(facts: RiskFacts, *rules: str) -> tuple[Evidence, ...]:
    """Findings of rules as evidence; findings for information are none."""
    found: Sequence[Finding] = [
        finding
        for finding in facts.findings
        if finding.rule in rules and finding.severity is not Severity.INFO
    ]
    return tuple(
        Evidence(
            Sentence("{finding}", {"finding": one_line(finding.text())}),
            Sentence("Rule {rule}", {"rule": finding.rule}),
            finding,
        )
        for finding in found[:_MOST_EVIDENCE]
    )


def _others(facts: RiskFacts) -> Iterator[HeldDocument]:
    for node in facts.trace.root.every():
        if node.held and node.name != facts.name:
            yield node.held
    yield from (found for _, found in facts.trace.others if isinstance(found, HeldDocument))


def _said(held: HeldDocument) -> str:
    return one_line(str(held.name))


def _stamp(permit: Permit) -> str:
    signatory = permit.management_authority
    return collapsed(signatory.stamp or "") if signatory else ""


def _country(party: Party | None) -> str | None:
    return party.country.code if party and party.country else None
