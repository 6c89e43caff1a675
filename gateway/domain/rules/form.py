"""Completeness of the form: boxes 1 to 6 and 13 (rules F01 to F07, F15)."""

import re
from collections.abc import Iterator

from gateway.domain.codes import code_list, document_types
from gateway.domain.identifiers import Authority
from gateway.domain.permit.party import Party
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding, Rule, error, info, warning

_MAX_NUMBER_OF_PARTNERS = 35
_NUMBERS_OF_PARTIES = {
    "US": ("YYUSnnnnnnxx", re.compile(r"[0-9]{2}US[0-9]{5}[0-9A-Z]?(?:/?[0-9A-Z]{1,2})?"))
}
"""Form of the numbers of a Party that has published one: in words, and as a pattern."""
_WITHOUT_PURPOSE = frozenset({"ORIGIN", "PHYTO", "SCIEXCH"})
_WITHOUT_EXPORTER = frozenset({"IFS"})
_IMPORTER = (
    "importer-blank",
    "importer-name-missing",
    "importer-address-missing",
    "importer-country-missing",
    "importer-country-unknown",
)
_EXPORTER = (
    "exporter-blank",
    "exporter-name-missing",
    "exporter-address-missing",
    "exporter-country-missing",
    "exporter-country-unknown",
)


def number_has_the_form_of_its_party(permit: Permit, authority: Authority) -> Iterator[Finding]:
    """Box 1: two digits of the year, US, serial number, national characters (F01).

    A number is never absent; that it is unique is checked at publication.
    Source: 50 CFR 23.23(c)(6).
    """
    form, pattern = _NUMBERS_OF_PARTIES.get(authority.country.text, ("", None))
    if pattern and not pattern.fullmatch(permit.number.text):
        number = permit.number.text
        yield error("F01", "not-of-the-party", box="1", value=number, expected=form)


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
    """Boxes 2 and 13. Only a document type without a fixed period may have no last day.

    Source: 50 CFR 23.23(c)(4), 23.54(b).
    """
    if permit.issued_at is None:
        yield error("F04", "issue-date-missing", box="13")
    if permit.valid_until is None:
        if permit.needs_last_day:
            yield error("F04", "valid-until-missing", box="2")
        return
    last = f"{permit.valid_until:%Y-%m-%d}"
    if permit.issued_at and permit.valid_until.date() < permit.issued_at.date():
        issued = f"{permit.issued_at:%Y-%m-%d}"
        yield error("F04", "valid-until-before-issue", box="2", value=last, expected=issued)
    if permit.valid_from and permit.valid_from.date() > permit.valid_until.date():
        first = f"{permit.valid_from:%Y-%m-%d}"
        yield error("F04", "starts-after-end", box="2", value=first, expected=last)


def period_starts_at_issue(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 2, valid from, where it is stated. Source: toolkit, ePermit 3, box 2."""
    start, issued = permit.valid_from, permit.issued_at
    if start and issued and start.date() < issued.date():
        first, day = f"{start:%Y-%m-%d}", f"{issued:%Y-%m-%d}"
        yield info("F05", "starts-before-issue", box="2", value=first, expected=day)


def parties_are_named(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 3 and 4: full name, address, country.

    A document that stays with its holder needs no importer (the certificate of ownership leaves box
    3 blank); an introduction from the sea has no exporter. The holder of a partially completed
    document fills in the boxes that it names.
    Source: 50 CFR 23.23(c)(10), 23.51; Reg. (EC) 865/2006, Annex I, notes 1, 3.
    """
    if permit.type == "OWNERSHIP" and permit.importer:
        yield warning("F06", "importer-not-blank", box="3", value=permit.importer.name or "")
    may_be_blank = permit.document_type.multi_use or permit.left_to_holder("3")
    if permit.importer or not may_be_blank:
        yield from _party_is_full(permit.importer, "3", _IMPORTER)
    may_be_blank = permit.type in _WITHOUT_EXPORTER or permit.left_to_holder("4")
    if permit.exporter or not may_be_blank:
        yield from _party_is_full(permit.exporter, "4", _EXPORTER)


def _party_is_full(
    party: Party | None, box: str, sentences: tuple[str, str, str, str, str]
) -> Iterator[Finding]:
    blank, without_name, without_address, without_country, of_no_list = sentences
    if party is None:
        yield error("F06", blank, box=box)
        return
    address = party.address
    country = party.country.code if party.country else None
    if not party.name:
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
    number_has_the_form_of_its_party,
    number_fits_every_partner,
    type_is_known,
    dates_are_there,
    period_starts_at_issue,
    parties_are_named,
    purpose_is_one_of_twelve,
    authority_has_signed,
)
