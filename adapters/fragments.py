"""Which parts do several boxes share? Rows relative to the part, the same in both schema versions."""

from dataclasses import replace

from adapters.conversions import MOMENT, TOKEN
from adapters.mapping import Box, rows

LOCATION = (
    Box("", "code", "ID", TOKEN),
    Box("", "name", "Name"),
)

COUNTRY = (
    Box("", "code", "ID", TOKEN),
    Box("", "name", "Name"),
)

NUMBERED = (
    Box("", "issued", "IssueDateTime", MOMENT),
    Box("", "number", "ID", TOKEN),
    Box("", "name", "Name"),
)
"""A document whose kind the box itself says."""

REFERENCED = (*NUMBERED, Box("", "type_code", "TypeCode", TOKEN))

REGISTERED = (
    Box("", "issued", "IssueDateTime", MOMENT),
    Box("", "type_code", "TypeCode", TOKEN),
    Box("", "number", "ID", TOKEN, otherwise=""),
    Box("", "name", "Name", otherwise=""),
)
"""Box 12b: the hub prints number and name and fails where either element is missing (wire contract, section 11.3)."""

POSTAL = (
    Box("", "postcode", "PostcodeCode", TOKEN),
    Box("", "post_office_box", "PostOfficeBox"),
    Box("", "street", "StreetName[*]"),
    Box("", "city", "CityName"),
)


def party(country: tuple[Box, ...]) -> tuple[Box, ...]:
    """A party; country: the rows `country.code` ... inside an address, which each version has its own way."""
    return (
        Box("", "identifier", "ID", TOKEN),
        Box("", "name", "Name"),
        *rows("", "address", "PostalTradeAddress", (*POSTAL, *country)),
        Box("", "representative", "SpecifiedRepresentativePerson/Name"),
        Box("", "signatory", "SpecifiedAuthoritativeSignatoryPerson/Name"),
    )


def signing(party: tuple[Box, ...]) -> tuple[Box, ...]:
    """The party of a signature block, always there with a name, if an empty one (wire contract, section 11.3)."""
    return tuple(replace(row, otherwise="", up=2) if row.attribute == "name" else row for row in party)
