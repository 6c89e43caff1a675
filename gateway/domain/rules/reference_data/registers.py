"""Registers: States that are not Parties, and registered operations (rules S07 and S08)."""

from collections.abc import Iterator

from gateway.domain.codes import code_list, kingdom_of_term
from gateway.domain.references.rows import DataKind
from gateway.domain.rules.finding import Finding, risk
from gateway.domain.rules.reference_data.case import Case, Line, ReferenceRule

_BRED = frozenset({"C", "D"})


def issuer_is_a_party(case: Case) -> Iterator[Finding]:
    """A document of a State that is not a Party needs its competent authority (S07).

    Specimens of Appendix I that were bred in captivity: the Secretariat is asked.
    Source: Convention, Article X; 50 CFR 23.25, 23.26(d)(8).
    """
    country = case.authority.country.text
    if case.day is None or not case.references.is_non_party(country, case.day):
        return
    name = code_list("countries").get(country, country)
    yield risk("S07", "issuer-is-non-party", box="6", value=country, country=name)
    for line in case.permit.positions:
        if line.appendix == "I" and _BRED.intersection(line.sources):
            yield risk(
                "S07",
                "bred-in-non-party",
                box="10",
                position=line.id,
                value=" ".join(line.sources),
                country=name,
            )


def breeding_operation_is_registered(case: Case) -> Iterator[Finding]:
    """Appendix I, source D: the operation of box 12b is in the Secretariat's register (S08).

    Nurseries need no registration.
    Source: Res. Conf. 12.10; 50 CFR 23.26(d)(7).
    """
    if case.day is None or not case.references.has(DataKind.OPERATIONS):
        return
    for line in case.lines:
        position, number = line.position, _registration(line)
        if position.appendix != "I" or "D" not in position.sources or number is None:
            continue
        registered = [
            operation
            for operation in case.references.operation(number)
            if operation.period.includes(case.day)
        ]
        lineage = line.facts.lineage if line.facts else ()
        if not registered:
            yield risk(
                "S08", "operation-not-registered", box="12b", position=position.id, value=number
            )
        elif line.facts and not any(each.taxon_id in lineage for each in registered):
            yield risk(
                "S08",
                "operation-of-other-taxon",
                box="12b",
                position=position.id,
                value=number,
                taxon=line.facts.taxon.name,
            )


def _registration(line: Line) -> str | None:
    """Number of the operation; None for plants, whose nurseries are in no register."""
    operation = line.position.operation
    kingdom = line.facts.taxon.kingdom if line.facts else kingdom_of_term(line.position.term)
    if kingdom == "Plantae" or operation is None or operation.registration is None:
        return None
    return operation.registration.number


RULES: tuple[ReferenceRule, ...] = (issuer_is_a_party, breeding_operation_is_registered)
