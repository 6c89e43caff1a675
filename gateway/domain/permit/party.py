"""Parties of boxes 3, 4, 6 and 13, and the types that several boxes share: places, references."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Country:
    """A country as a box shows it: code, name, or both; subdivision where it is named."""

    code: str | None = None
    name: str | None = None
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Postal address. street: lines from top to bottom."""

    street: tuple[str, ...] = ()
    post_office_box: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: Country | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Importer, exporter, Management Authority, examining authority (boxes 3, 4, 6, 13, 14).

    identifier: of the national system, not printed on the form.
    representative: person who acts for the party.  signatory: person entitled to sign for it.
    """

    name: str | None = None
    identifier: str | None = None
    address: Address | None = None
    representative: str | None = None
    signatory: str | None = None

    @property
    def country(self) -> Country | None:
        """Country of the address, None where absent."""
        return self.address.country if self.address else None


@dataclass(frozen=True, slots=True)
class Location:
    """A place: code (UN/LOCODE where known) and name. Boxes 13 and 14."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ReferencedDocument:
    """A document that a box refers to: origin permit (12), re-export certificate (12a), way-bill.

    type_code: UN/EDIFACT 1001 code as written.  issued: aware.
    """

    number: str | None = None
    name: str | None = None
    issued: datetime | None = None
    type_code: str | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """A signature block of the form: authority (6), applicant (4), issuer (13), examiner (14).

    letter: A, B, C or D in that order, as the document says.
    stamp: number of the security stamp (5b in block A).  signed_at: aware.
    """

    letter: str | None = None
    signed_at: datetime | None = None
    stamp: str | None = None
    statement: str | None = None
    party: Party | None = None
    place: Location | None = None
