"""Values of boxes as text: codes with their names, quantities, parties and places."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.codes import CodeListName, Language, code_list, code_name, form_wording
from gateway.domain.permit.party import Address, Country, Location, Party, Signatory
from gateway.domain.permit.quantity import Quantity

_LINE_END = re.compile(r"\r\n|\r|\n")


def paragraphs(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts with their own line breaks: box 5 is written in paragraphs."""
    return tuple(line for text in texts for line in _LINE_END.split(text))


def joined(*parts: str | None) -> str:
    """The parts that are there, with commas between them."""
    return ", ".join(part for part in parts if part)


def day(moment: datetime | None) -> str:
    """The day as written, in the zone it was written in."""
    return moment.date().isoformat() if moment else ""


def location(place: Location | None) -> str:
    """Name and code of a place."""
    if place is None:
        return ""
    if place.name and place.code:
        return f"{place.name} ({place.code})"
    return place.name or place.code or ""


@dataclass(frozen=True, slots=True)
class Values:
    """Values with names in a language. Each is a text, or lines; empty where there is nothing."""

    language: Language

    def code(self, list_name: CodeListName, code: str | None) -> str:
        """`T (Commercial)`; the code alone where the list does not have it."""
        if not code:
            return ""
        name = code_name(list_name, code, self.language)
        return f"{code} ({name})" if name else code

    def quantity(self, quantity: Quantity | None) -> str:
        """`12.5 KGM (kilograms)`."""
        if quantity is None:
            return ""
        name = code_name("units", quantity.current_unit, self.language)
        return f"{quantity} ({name})" if name else str(quantity)

    def country(self, country: Country | None) -> str:
        """`Mozambique (MZ)`: its name in the language; beside it another that the document has."""
        if country is None:
            return ""
        known = code_list("countries").get(country.code or "")
        name = country.name
        if known:
            ours = known.name(self.language)
            names = {known.code, *known.names}
            usual = (name or ours).casefold() in map(str.casefold, names)
            other = "" if usual else f", {name}"
            name = f"{ours} ({country.code}{other})"
        elif name and country.code:
            name = f"{name} ({country.code})"
        return joined(country.subdivision, name or country.code)

    def country_code(self, code: str | None) -> str:
        """`South Africa (ZA)`, of a code alone."""
        return self.country(Country(code)) if code else ""

    def party(self, party: Party | None, *, with_country: bool = True) -> tuple[str, ...]:
        """Names, address and country, a line each."""
        if party is None:
            return ()
        lines = (
            party.name,
            party.representative,
            party.signatory,
            *self._address(party.address),
            self.country(party.country) if with_country else "",
        )
        return tuple(line for line in lines if line)

    def signatory(self, signatory: Signatory | None) -> tuple[str, ...]:
        """Party, statement, place and day of a signature."""
        if signatory is None:
            return ()
        signed = joined(location(signatory.place), day(signatory.signed_at))
        return (*self.party(signatory.party), signatory.statement or "", signed)

    def _address(self, address: Address | None) -> tuple[str, ...]:
        if address is None:
            return ()
        number = address.post_office_box
        box = f"{form_wording()['post_office_box'].name(self.language)} {number}" if number else ""
        return (
            *address.street,
            box,
            " ".join(part for part in (address.postcode, address.city) if part),
        )
