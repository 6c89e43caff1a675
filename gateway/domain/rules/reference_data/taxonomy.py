"""Taxonomy and listing: name, Appendix, range, first listing (F12, C07 to C09, C14, C15, C20).

A taxon that is not known gives no error: the list may be older than the name.
"""

from collections.abc import Iterator

from gateway.domain.codes import code_list
from gateway.domain.references.facts import NameMatch, TaxonFacts
from gateway.domain.references.rows import DataKind
from gateway.domain.rules.finding import Finding, error, info, risk, warning
from gateway.domain.rules.reference_data.case import Case, ReferenceRule

_OLD_DAYS = 180
"""Age of reference data at the day of issue from which on a finding tells of it."""


def name_is_accepted(case: Case) -> Iterator[Finding]:
    """Box 7: the accepted name of the standard nomenclature, not a synonym (F12).

    Source: Res. Conf. 12.11, on standard nomenclature; 50 CFR 23.23(c)(13).
    """
    for line, facts in case.known_lines:
        if facts.match is NameMatch.SYNONYM:
            yield info(
                "F12",
                "name-is-synonym",
                box="7",
                position=line.id,
                value=line.scientific_name or "",
                expected=facts.taxon.name,
            )


def taxon_is_in_its_appendix(case: Case) -> Iterator[Finding]:
    """Box 10: the Appendix of the taxon, on the day of issue, for the population (C08).

    An error by listings with dates, or by a list of taxa that was imported in that year or before.
    Only a question by a younger list or for a taxon that it does not list, for a lower taxon of
    which only the species is known, where an annotation may call for a stricter Appendix, or where
    a Party to the trade has a reservation on the taxon and may go by another Appendix.
    Source: Convention, Articles II, XV, XVI, XXIII; Res. Conf. 4.25; UNEP-WCMC rule of Appendix and
    year.
    """
    has_taxa = case.references.has(DataKind.TAXA)
    for line in case.lines:
        facts, position = line.facts, line.position
        if facts is None:
            if has_taxa and position.scientific_name:
                yield info(
                    "C08",
                    "taxon-not-known",
                    box="7",
                    position=position.id,
                    value=position.scientific_name,
                )
            continue
        if case.day is None or position.appendix not in {"I", "II", "III"}:
            continue
        allowed = facts.appendices(case.day, case.origin(position))
        if allowed is None or position.appendix in allowed.appendices:
            continue
        is_certain = (
            allowed.is_certain
            and facts.match is not NameMatch.SPECIES
            and not allowed.may_be_stricter(position.appendix)
            and not _is_under_reservation(case, facts)
        )
        yield (error if is_certain else risk)(
            "C08",
            "appendix-other" if allowed.appendices else "taxon-not-listed",
            box="10",
            position=position.id,
            value=position.appendix,
            expected=" ".join(sorted(allowed.appendices)),
            taxon=facts.taxon.name,
            day=case.day.isoformat(),
        )


def _is_under_reservation(case: Case, facts: TaxonFacts) -> bool:
    parties, day = (case.exporting, case.importing), case.day
    return day is not None and any(
        reservation.country in parties and reservation.period.includes(day)
        for reservation in facts.reservations()
    )


def wild_specimens_come_from_the_range(case: Case) -> Iterator[Finding]:
    """Source W: the country of origin is in the range of the taxon (C07).

    Countries where it was introduced, or is uncertain, are in the range; where it is extinct, not.
    Source: 50 CFR 23.26(c)(19); UNEP-WCMC rule of origin and range.
    """
    for line, facts in case.known_lines:
        country, states = case.origin(line), facts.range()
        if "W" not in line.sources or country is None or not states:
            continue
        in_range = {state.country for state in states if not state.is_extinct}
        if country not in in_range:
            is_extinct = any(state.country == country for state in states)
            yield risk(
                "C07",
                "extinct-in-origin" if is_extinct else "origin-outside-range",
                box="12",
                position=line.id,
                value=country,
                expected=" ".join(sorted(in_range)),
                taxon=facts.taxon.name,
            )


def term_goes_with_taxon(case: Case) -> Iterator[Finding]:
    """Box 9: a term that is traded of the taxon or of its higher taxa (C09).

    No finding where a higher taxon is not stated: the term may be traded of that.
    Source: UNEP-WCMC pair list; old, so never more than a question.
    """
    for line, facts in case.known_lines:
        terms = facts.terms()
        is_whole = facts.taxon.has_all_higher_taxa
        if is_whole and line.term and terms and line.term not in terms:
            yield warning(
                "C09",
                "taxon-unusual",
                box="9",
                position=line.id,
                value=line.term,
                expected=" ".join(sorted(terms)),
                term=code_list("terms").get(line.term, line.term),
                taxon=facts.taxon.name,
            )


def pre_convention_specimen_is_older_than_the_listing(case: Case) -> Iterator[Finding]:
    """Box 12b: source O and pre-Convention certificates, acquired before the first listing (C14).

    A question where a statement on the acquisition leaves it open.
    Source: Convention, Article VII.2; 50 CFR 23.23(e)(9), 23.45.
    """
    for line, facts in case.known_lines:
        if case.permit.type != "PRECONV" and "O" not in line.sources:
            continue
        operation, listed = line.operation, facts.first_listed()
        acquired = operation.acquired if operation else None
        before = operation.acquired_before if operation else None
        if acquired and listed and acquired.date() >= listed:
            yield error(
                "C14",
                "acquired-after-listing",
                box="12b",
                position=line.id,
                value=acquired.date().isoformat(),
                expected=listed.isoformat(),
                taxon=facts.taxon.name,
            )
        elif acquired is None and before and listed and before.date() > listed:
            yield risk(
                "C14",
                "acquisition-open",
                box="12b",
                position=line.id,
                value=before.date().isoformat(),
                expected=listed.isoformat(),
                taxon=facts.taxon.name,
            )


def appendix_three_has_its_document(case: Case) -> Iterator[Finding]:
    """Appendix III: an export permit from a listing Party, from others a certificate of origin.

    Rule C15. Source: Convention, Article V; 50 CFR 23.20(e).
    """
    if case.day is None or case.permit.type not in {"EXPORT", "ORIGIN"}:
        return
    for line, facts in case.known_lines:
        country, parties = case.origin(line), facts.listing_parties(case.day)
        if line.appendix != "III" or not parties or country is None:
            continue
        is_export = case.permit.type == "EXPORT"
        if is_export == (country in parties):
            continue
        yield error(
            "C15",
            "origin-is-no-listing-party" if is_export else "origin-is-listing-party",
            box="1",
            position=line.id,
            value=case.permit.type,
            expected="ORIGIN" if is_export else "EXPORT",
            country=code_list("countries").get(country, country),
            taxon=facts.taxon.name,
            parties=" ".join(sorted(parties)),
        )


def data_are_of_the_time(case: Case) -> Iterator[Finding]:
    """Box 13: the reference data on the taxon are not much older than the permit (C20).

    Half a year: a decision of the Parties enters into force ninety days after it was taken, and
    quotas are published at the beginning of a year.
    Source: Convention, Article XV.1(c); Res. Conf. 14.7.
    """
    for line, facts in case.known_lines:
        age = (case.day - facts.data_of).days if case.day and facts.data_of else 0
        if age > _OLD_DAYS and facts.data_of:
            yield info(
                "C20",
                "data-are-old",
                box="7",
                position=line.id,
                value=line.scientific_name or "",
                expected=facts.data_of.isoformat(),
                days=str(age),
            )


RULES: tuple[ReferenceRule, ...] = (
    name_is_accepted,
    taxon_is_in_its_appendix,
    wild_specimens_come_from_the_range,
    term_goes_with_taxon,
    pre_convention_specimen_is_older_than_the_listing,
    appendix_three_has_its_document,
    data_are_of_the_time,
)
