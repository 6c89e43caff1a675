"""Completeness of the form: boxes 1 to 10 and 13 (rules F02 to F15)."""

import re
from collections.abc import Iterator

from gateway.domain.codes import code_list, document_types, sources
from gateway.domain.identifiers import Authority
from gateway.domain.permit.party import Party
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding, Rule, error, info, warning

_MAX_NUMBER_OF_PARTNERS = 35
_WITHOUT_PURPOSE = frozenset({"ORIGIN", "PHYTO", "SCIEXCH"})
_WITHOUT_EXPORTER = frozenset({"IFS"})
_ALIVE = frozenset({"LIV", "EGL"})
_TRANSPORT_CONDITION = re.compile(
    r"\b(?:IATA|LAR|PCR)\b"
    r"|\bCITES\b.{0,40}\b(?:guidelines|lignes directrices|directrices)\b"
    r"|\b(?:guidelines|lignes directrices|directrices)\b.{0,60}\b(?:CITES|transport)",
    re.IGNORECASE | re.DOTALL,
)
_SEVERAL_TAXA = re.compile(
    r"[/;+]"
    r"|(?:[,&]|\b(?:and|or|et|ou|y|o)\b)\s*(?:[A-Z][a-z-]+\s+|[A-Z]\.\s*)(?:[a-z-]{3,}|spp?\b)"
)
"""A second name behind the first. Authors of a name (`Rauh & Gerold`) are none, nor is the cross
between the parents of a hybrid."""


def number_fits_every_partner(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 1. Source: toolkit, ePermit 3, number of at most 35 characters."""
    if len(permit.number.text) > _MAX_NUMBER_OF_PARTNERS:
        yield warning(
            "F02",
            "The number is longer than the 35 characters that some partners can hold.",
            box="1",
        )


def type_is_known(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 1: E, R, I or O, and for O which. Source: toolkit box 1.1; wire contract, section 6."""
    if permit.type not in document_types():
        yield error(
            "F03",
            f"{permit.type} is no document type; expected one of {', '.join(document_types())}.",
            box="1",
        )
    elif permit.type == "OTHER" and not permit.type_name:
        yield error("F03", "A document of another type must name its type in box 1.", box="1")


def dates_are_there(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 2 and 13. Source: 50 CFR 23.23(c)(4), 23.54(b)."""
    if permit.issued_at is None:
        yield error("F04", "The date of issue is missing.", box="13")
    if permit.valid_until is None:
        yield error("F04", "The last day of validity is missing.", box="2")
    elif permit.issued_at is not None and permit.valid_until.date() < permit.issued_at.date():
        yield error("F04", "The last day of validity lies before the day of issue.", box="2")


def period_starts_in_time(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 2, valid from, where it is stated. Source: toolkit, ePermit 3, box 2."""
    start, end, issued = permit.valid_from, permit.valid_until, permit.issued_at
    if start and end and start.date() > end.date():
        yield error("F05", "The first day of validity lies after the last.", box="2")
    elif start and issued and start.date() < issued.date():
        yield info("F05", "The first day of validity lies before the day of issue.", box="2")


def parties_are_named(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 3 and 4: full name, address, country.

    A document that stays with its holder needs no importer (the certificate of ownership leaves box
    3 blank); an introduction from the sea has no exporter.
    Source: 50 CFR 23.23(c)(10); Reg. (EC) 865/2006, Annex I, notes 1, 3.
    """
    if permit.type == "OWNERSHIP" and permit.importer:
        yield warning("F06", "A certificate of ownership leaves the importer blank.", box="3")
    if not permit.document_type.multi_use or permit.importer:
        yield from _party_is_full(permit.importer, "importer", "3")
    if permit.type not in _WITHOUT_EXPORTER or permit.exporter:
        yield from _party_is_full(permit.exporter, "exporter", "4")


def _party_is_full(party: Party | None, who: str, box: str) -> Iterator[Finding]:
    address = party.address if party else None
    country = party.country.code if party and party.country else None
    if not party or not party.name:
        yield error("F06", f"The full name of the {who} is missing.", box=box)
    if not address or not (address.street or address.city or address.post_office_box):
        yield error("F06", f"The address of the {who} is missing.", box=box)
    if not country:
        yield error("F06", f"The country of the {who} is missing.", box=box)
    elif country not in code_list("countries"):
        yield warning(
            "F06",
            f"The country code {country} of the {who} is on no list; expected ISO 3166.",
            box=box,
        )


def purpose_is_one_of_twelve(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5a; document types without a box 5a need no purpose.

    Source: toolkit, ePermit 3, box 5a; 50 CFR 23.23(c)(11).
    """
    purposes = code_list("purposes")
    if permit.purpose is None:
        if permit.type not in _WITHOUT_PURPOSE:
            yield error(
                "F07", f"The purpose is missing; expected one of {' '.join(purposes)}.", box="5a"
            )
    elif permit.purpose not in purposes:
        yield error(
            "F07",
            f"{permit.purpose} is no purpose; expected one of {' '.join(purposes)}.",
            box="5a",
        )


def live_specimens_travel_by_the_rules(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5 states the transport condition: the words of a rule, not that there is transport.

    Source: 50 CFR 23.23(c)(7); Res. Conf. 10.21, on transport of live specimens.
    """
    stated = _TRANSPORT_CONDITION.search(" ".join(permit.special_conditions))
    if any(line.term in _ALIVE for line in permit.positions) and not stated:
        yield warning(
            "F08",
            "Live specimens need the transport condition (IATA or CITES guidelines) in box 5.",
            box="5",
        )


def lines_are_lettered(permit: Permit, _: Authority) -> Iterator[Finding]:
    """At least a line, and a different letter for each.

    Source: wire contract, section 3.2; 50 CFR 23.23(c)(1).
    """
    if not permit.positions:
        yield error("F10", "The permit has no line.", box="7")
    letters = [line.id for line in permit.positions]
    for letter in dict.fromkeys(letters):
        if not letter or letter.split() != [letter]:
            yield error(
                "F10",
                "The letter of a line is empty or holds white space.",
                box="7",
                position=letter,
            )
        if letters.count(letter) > 1:
            yield error("F10", f"Two lines carry the letter {letter}.", box="7", position=letter)


def each_line_is_described(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 9. Source: 50 CFR 23.23(c)(12)."""
    for line in permit.positions:
        if not line.term and not line.description:
            yield error(
                "F10", "The description of the specimens is missing.", box="9", position=line.id
            )
        elif line.term and line.term not in code_list("terms"):
            yield warning(
                "F10", f"The description code {line.term} is on no list.", box="9", position=line.id
            )


def each_line_has_one_source(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 10: a single source; a second only beside I or O.

    Source: 50 CFR 23.23(c)(18), 23.24.
    """
    known = sources()
    for line in permit.positions:
        if not line.sources:
            yield error(
                "F10",
                f"The source is missing; expected one of {' '.join(known)}.",
                box="10",
                position=line.id,
            )
        for code in line.sources:
            if code not in known:
                text = f"{code} is no source; expected one of {' '.join(known)}."
                yield error("F10", text, box="10", position=line.id)
        allowed = (
            2 if any(code in known and known[code].allows_second for code in line.sources) else 1
        )
        if len(line.sources) > allowed:
            text = "More sources than a line may have: one, or two where one of them is I or O."
            yield error("F10", text, box="10", position=line.id)


def each_line_has_one_appendix(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 10, never a split value. Source: 50 CFR 23.23(c)(1); UNEP-WCMC shipment rule."""
    for line in permit.positions:
        if line.appendix not in code_list("appendices"):
            text = (
                f"{line.appendix or 'Nothing'} stands where the Appendix is expected: I, II or III."
            )
            yield error("F11", text, box="10", position=line.id)


def each_line_names_a_species(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 7; a higher taxon only in agreed cases. Source: 50 CFR 23.23(c)(13)."""
    for line in permit.positions:
        words = (line.scientific_name or "").split()
        if not words:
            yield error("F12", "The scientific name is missing.", box="7", position=line.id)
        elif len(words) == 1 or words[1].rstrip(".") in {"sp", "spp"}:
            text = (
                f"{line.scientific_name} is no species; a higher taxon is accepted in agreed cases"
                " only."
            )
            yield warning("F12", text, box="7", position=line.id)


def each_line_names_one_taxon(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 7: goods of several species have a line for each. Source: 50 CFR 23.23(c)(12), (18)."""
    for line in permit.positions:
        if _SEVERAL_TAXA.search(line.scientific_name or ""):
            text = f"{line.scientific_name} names several taxa; each has a line of its own."
            yield error("F10", text, box="7", position=line.id)


def authority_has_signed(permit: Permit, authority: Authority) -> Iterator[Finding]:
    """Boxes 6 and 13. Source: 50 CFR 23.23(c)(9), (16), (17)."""
    party = permit.management_authority.party if permit.management_authority else None
    if not party or not party.name:
        yield error("F15", "The name of the Management Authority is missing.", box="6")
    if (
        party
        and party.country
        and party.country.code
        and party.country.code != authority.country.text
    ):
        text = (
            f"The Management Authority is placed in {party.country.code}; expected"
            f" {authority.country}."
        )
        yield error("F15", text, box="6")
    signer = permit.issuer.party if permit.issuer else None
    if not signer or not (signer.name or signer.signatory or signer.representative):
        yield error("F15", "The name of the person who signed is missing.", box="13")


RULES: tuple[Rule, ...] = (
    number_fits_every_partner,
    type_is_known,
    dates_are_there,
    period_starts_in_time,
    parties_are_named,
    purpose_is_one_of_twelve,
    live_specimens_travel_by_the_rules,
    lines_are_lettered,
    each_line_is_described,
    each_line_has_one_source,
    each_line_has_one_appendix,
    each_line_names_a_species,
    each_line_names_one_taxon,
    authority_has_signed,
)
