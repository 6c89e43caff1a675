"""Suspensions, reservations and decisions on imports, as the data hold them (rules S01 to S04)."""

from collections.abc import Iterator

from gateway.domain.codes import code_list
from gateway.domain.permit.position import CitesPosition
from gateway.domain.references.eu import EU_MEMBERS
from gateway.domain.references.rows import TradeSuspension
from gateway.domain.rules.finding import Finding, error, info, risk, warning
from gateway.domain.rules.reference_data.case import Case, Line, ReferenceRule, in_words


def _suspensions(case: Case) -> Iterator[tuple[CitesPosition, TradeSuspension]]:
    """Each line with each suspension that its codes do not leave out."""
    day = case.day
    if day is None:
        return
    of_all_taxa = {
        country: case.references.suspensions(country)
        for country in (case.exporting, case.importing)
        if country
    }
    for line in case.lines:
        for suspension in (*_of_taxon(line), *(s for each in of_all_taxa.values() for s in each)):
            country = case.importing if suspension.of_imports else case.exporting
            position = line.position
            if (
                suspension.country == country
                and suspension.period.includes(day)
                and not suspension.limits.exclude(
                    position.term, position.sources, case.permit.purpose
                )
            ):
                yield position, suspension


def _of_taxon(line: Line) -> tuple[TradeSuspension, ...]:
    return line.facts.suspensions() if line.facts else ()


def trade_is_not_suspended(case: Case) -> Iterator[Finding]:
    """Boxes 3 and 4: no suspension of trade with the country, for all taxa or this one (S01).

    An error where codes say what is suspended; a question where the notes alone do.
    Source: Res. Conf. 11.3, 12.8 and 14.3; 50 CFR 23.26(c)(2)(5).
    """
    for line, suspension in _suspensions(case):
        imports = suspension.of_imports
        country = code_list("countries").get(suspension.country, suspension.country)
        if suspension.limits.are_stated:
            yield error(
                "S01",
                "imports-suspended" if imports else "exports-suspended",
                box="3" if imports else "4",
                position=line.id,
                value=suspension.country,
                country=country,
                notification=in_words(suspension.notification),
            )
        else:
            yield risk(
                "S01",
                "imports-perhaps-suspended" if imports else "exports-perhaps-suspended",
                box="3" if imports else "4",
                position=line.id,
                value=suspension.country,
                country=country,
                notification=in_words(suspension.notification),
            )


def suspension_is_stated_in_codes(case: Case) -> Iterator[Finding]:
    """A suspension whose limits stand in its notes alone is read by a person (S02).

    Source: fields of the Species+ interface.
    """
    for line, suspension in _suspensions(case):
        if not suspension.limits.are_stated:
            yield warning(
                "S02",
                "limits-in-words",
                box="3" if suspension.of_imports else "4",
                position=line.id,
                value=suspension.country,
                notification=in_words(suspension.notification),
                notes=in_words(suspension.notes),
            )


def importer_has_no_reservation(case: Case) -> Iterator[Finding]:
    """Box 3: a Party with a reservation on the taxon is treated as a non-Party for it (S03).

    Source: Convention, Articles XV.3, XVI.2, XXIII.
    """
    day, country = case.day, case.importing
    if day is None or country is None:
        return
    for line, facts in case.known_lines:
        if any(
            reservation.country == country and reservation.period.includes(day)
            for reservation in facts.reservations()
        ):
            yield info(
                "S03",
                "importer-has-reservation",
                box="3",
                position=line.id,
                value=country,
                country=code_list("countries").get(country, country),
                taxon=facts.taxon.name,
            )


def eu_allows_the_import(case: Case) -> Iterator[Finding]:
    """Imports into the European Union: no suspension and no negative opinion (S04).

    Matched by taxon, country of origin, source and term.
    Source: Reg. (EC) 338/97, Article 4.
    """
    day = case.day
    if day is None or case.importing not in EU_MEMBERS:
        return
    for line, facts in case.known_lines:
        origin = case.origin(line)
        for decision in facts.eu_decisions():
            if (
                decision.forbids
                and decision.country == origin
                and decision.period.includes(day)
                and not decision.limits.exclude(line.term, line.sources, None)
            ):
                yield risk(
                    "S04",
                    "eu-suspension" if decision.decision == "SUSPENSION" else "eu-opinion",
                    box="12",
                    position=line.id,
                    value=decision.country,
                    taxon=facts.taxon.name,
                    reference=in_words(decision.reference),
                )


RULES: tuple[ReferenceRule, ...] = (
    trade_is_not_suspended,
    suspension_is_stated_in_codes,
    importer_has_no_reservation,
    eu_allows_the_import,
)
