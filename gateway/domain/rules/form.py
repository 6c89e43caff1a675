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
_IMPORTER = (
    "importer-name-missing",
    "importer-address-missing",
    "importer-country-missing",
    "importer-country-unknown",
)
_EXPORTER = (
    "exporter-name-missing",
    "exporter-address-missing",
    "exporter-country-missing",
    "exporter-country-unknown",
)
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
            "number-too-long",
            box="1",
            value=str(len(permit.number.text)),
            expected=str(_MAX_NUMBER_OF_PARTNERS),
        )


def type_is_known(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 1: E, R, I or O, and for O which. Source: toolkit box 1.1; wire contract, section 6."""
    if permit.type not in document_types():
        expected = " ".join(document_types())
        yield error("F03", "type-unknown", box="1", value=permit.type, expected=expected)
    elif permit.type == "OTHER" and not permit.type_name:
        yield error("F03", "type-not-named", box="1", value=permit.type)


def dates_are_there(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 2 and 13; no last day is needed where the document type has no fixed period.

    Source: 50 CFR 23.23(c)(4), 23.54(b).
    """
    if permit.issued_at is None:
        yield error("F04", "issue-date-missing", box="13")
    if permit.valid_until is None:
        if permit.needs_last_day:
            yield error("F04", "valid-until-missing", box="2")
    elif permit.issued_at is not None and permit.valid_until.date() < permit.issued_at.date():
        last, issued = f"{permit.valid_until:%Y-%m-%d}", f"{permit.issued_at:%Y-%m-%d}"
        yield error("F04", "valid-until-before-issue", box="2", value=last, expected=issued)


def period_starts_in_time(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 2, valid from, where it is stated. Source: toolkit, ePermit 3, box 2."""
    start, end, issued = permit.valid_from, permit.valid_until, permit.issued_at
    if start and end and start.date() > end.date():
        first, last = f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"
        yield error("F04", "starts-after-end", box="2", value=first, expected=last)
    elif start and issued and start.date() < issued.date():
        first, day = f"{start:%Y-%m-%d}", f"{issued:%Y-%m-%d}"
        yield info("F05", "starts-before-issue", box="2", value=first, expected=day)


def parties_are_named(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 3 and 4: full name, address, country.

    A document that stays with its holder needs no importer (the certificate of ownership leaves box
    3 blank); an introduction from the sea has no exporter. The holder of a partially completed
    document fills in the boxes that it names.
    Source: 50 CFR 23.23(c)(10); Reg. (EC) 865/2006, Annex I, notes 1, 3.
    """
    if permit.type == "OWNERSHIP" and permit.importer:
        yield warning("F06", "importer-not-blank", box="3", value=permit.importer.name or "")
    may_be_blank = permit.document_type.multi_use or permit.left_to_holder("3")
    if not may_be_blank or permit.importer:
        yield from _party_is_full(permit.importer, "3", _IMPORTER)
    may_be_blank = permit.type in _WITHOUT_EXPORTER or permit.left_to_holder("4")
    if not may_be_blank or permit.exporter:
        yield from _party_is_full(permit.exporter, "4", _EXPORTER)


def _party_is_full(
    party: Party | None, box: str, sentences: tuple[str, str, str, str]
) -> Iterator[Finding]:
    without_name, without_address, without_country, of_no_list = sentences
    address = party.address if party else None
    country = party.country.code if party and party.country else None
    if not party or not party.name:
        yield error("F06", without_name, box=box)
    if not address or not (address.street or address.city or address.post_office_box):
        yield error("F06", without_address, box=box)
    if not country:
        yield error("F06", without_country, box=box)
    elif country not in code_list("countries"):
        yield warning("F06", of_no_list, box=box, value=country)


def purpose_is_one_of_twelve(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5a; document types without a box 5a need no purpose.

    Source: toolkit, ePermit 3, box 5a; 50 CFR 23.23(c)(11).
    """
    purposes = code_list("purposes")
    expected = " ".join(purposes)
    if permit.purpose is None:
        if permit.type not in _WITHOUT_PURPOSE and not permit.left_to_holder("5a"):
            yield error("F07", "purpose-missing", box="5a", expected=expected)
    elif permit.purpose not in purposes:
        yield error("F07", "purpose-unknown", box="5a", value=permit.purpose, expected=expected)


def live_specimens_travel_by_the_rules(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5 states the transport condition: the words of a rule, not that there is transport.

    Source: 50 CFR 23.23(c)(7); Res. Conf. 10.21, on transport of live specimens.
    """
    stated = _TRANSPORT_CONDITION.search(" ".join(permit.special_conditions))
    if any(line.term in _ALIVE for line in permit.positions) and not stated:
        yield warning("F08", "transport-condition-missing", box="5")


def lines_are_lettered(permit: Permit, _: Authority) -> Iterator[Finding]:
    """At least a line, and a different letter for each.

    Source: wire contract, section 3.2; 50 CFR 23.23(c)(1).
    """
    if not permit.positions:
        yield error("F10", "no-line", box="7")
    letters = [line.id for line in permit.positions]
    for letter in dict.fromkeys(letters):
        if not letter or letter.split() != [letter]:
            yield error("F10", "letter-unusable", box="7", position=letter, value=letter)
        if letters.count(letter) > 1:
            yield error("F10", "letter-repeated", box="7", position=letter, value=letter)


def each_line_is_described(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 9. Source: 50 CFR 23.23(c)(12)."""
    for line in permit.positions:
        if not line.term and not line.description:
            if permit.left_to_holder("9"):
                continue
            yield error("F10", "description-missing", box="9", position=line.id)
        elif line.term and line.term not in code_list("terms"):
            yield warning("F10", "term-unknown", box="9", position=line.id, value=line.term)


def each_line_has_one_source(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 10: a single source; a second only beside I or O.

    Source: 50 CFR 23.23(c)(18), 23.24.
    """
    known = sources()
    every = " ".join(known)
    beside_others = [code for code in known if known[code].allows_second]
    for line in permit.positions:
        if not line.sources:
            yield error("F10", "source-missing", box="10", position=line.id, expected=every)
        for code in line.sources:
            if code not in known:
                yield error(
                    "F10", "source-unknown", box="10", position=line.id, value=code, expected=every
                )
        if len(line.sources) > (2 if set(beside_others).intersection(line.sources) else 1):
            yield error(
                "F10",
                "several-sources",
                box="10",
                position=line.id,
                value=" ".join(line.sources),
                expected=" ".join(beside_others),
            )


def each_line_has_one_appendix(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 10, never a split value. Source: 50 CFR 23.23(c)(1); UNEP-WCMC shipment rule."""
    for line in permit.positions:
        if line.appendix not in code_list("appendices"):
            yield error(
                "F11",
                "appendix-unknown" if line.appendix else "appendix-missing",
                box="10",
                position=line.id,
                value=line.appendix or "",
                expected=" ".join(code_list("appendices")),
            )


def each_line_names_a_species(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 7; a higher taxon only in agreed cases. Source: 50 CFR 23.23(c)(13)."""
    for line in permit.positions:
        name = line.scientific_name or ""
        words = name.split()
        if not words:
            yield error("F12", "name-missing", box="7", position=line.id)
        elif len(words) == 1 or words[1].rstrip(".") in {"sp", "spp"}:
            yield warning("F12", "higher-taxon", box="7", position=line.id, value=name)


def each_line_names_one_taxon(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 7: goods of several species have a line for each. Source: 50 CFR 23.23(c)(12), (18)."""
    for line in permit.positions:
        name = line.scientific_name or ""
        if _SEVERAL_TAXA.search(name):
            yield error("F10", "several-taxa", box="7", position=line.id, value=name)


def authority_has_signed(permit: Permit, authority: Authority) -> Iterator[Finding]:
    """Boxes 6 and 13. Source: 50 CFR 23.23(c)(9), (16), (17)."""
    party = permit.management_authority.party if permit.management_authority else None
    if not party or not party.name:
        yield error("F15", "authority-missing", box="6")
    if (
        party
        and party.country
        and party.country.code
        and party.country.code != authority.country.text
    ):
        country, expected = party.country.code, authority.country.text
        yield error("F15", "authority-elsewhere", box="6", value=country, expected=expected)
    signer = permit.issuer.party if permit.issuer else None
    if not signer or not (signer.name or signer.signatory or signer.representative):
        yield error("F15", "signatory-missing", box="13")


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
