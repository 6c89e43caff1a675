"""Fragments of the box tables: parts that several boxes share, such as a party or a location.

Their rows are relative to the part. They are the same in both schema versions.
"""

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
"""A referenced document whose type follows from the box."""

REFERENCED = (*NUMBERED, Box("", "type_code", "TypeCode", TOKEN))

REGISTERED = (
    Box("", "issued", "IssueDateTime", MOMENT),
    Box("", "type_code", "TypeCode", TOKEN),
    Box("", "number", "ID", TOKEN, default=""),
    Box("", "name", "Name", default=""),
)
"""Box 12b: the hub prints number and name, and fails where either element is missing.

Source: wire contract, section 11.3.
"""

POSTAL = (
    Box("", "postcode", "PostcodeCode", TOKEN),
    Box("", "post_office_box", "PostOfficeBox"),
    Box("", "street", "StreetName[*]"),
    Box("", "city", "CityName"),
)


def party(country: tuple[Box, ...]) -> tuple[Box, ...]:
    """The rows of a party.

    country: the rows `country.code`, ... of an address, which differ between the versions.
    """
    return (
        Box("", "identifier", "ID", TOKEN),
        Box("", "name", "Name"),
        *rows("", "address", "PostalTradeAddress", (*POSTAL, *country)),
        Box("", "representative", "SpecifiedRepresentativePerson/Name"),
        Box("", "signatory", "SpecifiedAuthoritativeSignatoryPerson/Name"),
    )


def signing(party: tuple[Box, ...]) -> tuple[Box, ...]:
    """The rows of a party in a signature block; its name is always written, if only empty.

    Source: wire contract, section 11.3.
    """
    return tuple(
        replace(row, default="", up=2) if row.attribute == "name" else row for row in party
    )
