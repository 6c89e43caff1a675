"""Reference rows: records of imported data, each with the subject by which it is looked up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.taxa import Synonym, Taxon, name_key


class DataKind(StrEnum):
    """Kind of reference data. Each is imported, and replaced, as a whole."""

    TAXA = "taxa"
    SYNONYMS = "synonyms"
    LISTINGS = "listings"
    RANGES = "ranges"
    QUOTAS = "quotas"
    SUSPENSIONS = "suspensions"
    RESERVATIONS = "reservations"
    EU_DECISIONS = "eu-decisions"
    OPERATIONS = "operations"
    NON_PARTIES = "non-parties"
    TAXON_TERMS = "taxon-terms"
    RENEWALS = "renewals"
    """Days of taxa that were fetched by themselves; no file has them."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of a taxon in an Appendix, which lower taxa inherit.

    superseded: it ended, on a day that the data do not state.
    party: country at whose request it stands in Appendix III.
    countries: populations that are listed, empty for all.  except_countries: that are not.
    annotation: in words; foreign text.
    Source: Convention, Articles II, XV, XVI.
    """

    taxon_id: int
    appendix: str
    period: Period
    superseded: bool = False
    party: str = ""
    countries: frozenset[str] = frozenset()
    except_countries: frozenset[str] = frozenset()
    annotation: str = ""

    def covers(self, country: str | None) -> bool | None:
        """Whether it covers the population of a country.

        None: not known, as the country is, or as an annotation may limit it in words.
        """
        if self.countries:
            return country in self.countries if country else None
        if self.except_countries:
            return country not in self.except_countries if country else None
        return None if self.annotation else True


@dataclass(frozen=True, slots=True)
class RangeState:
    """A country where a taxon occurs. tags: `extinct`, `introduced`, `reintroduced` and others."""

    taxon_id: int
    country: str
    tags: tuple[str, ...] = ()

    @property
    def is_extinct(self) -> bool:
        """Whether the taxon is extinct there, and was not brought back."""
        return "extinct" in self.tags and "reintroduced" not in self.tags


@dataclass(frozen=True, slots=True)
class ExportQuota:
    """An annual export quota.

    exporter: country, empty for all.  amount: -1 means that the notes say it.
    unit: CITES code, empty for any, None where the data do not state one.
    Source: Res. Conf. 14.7.
    """

    taxon_id: int
    exporter: str
    amount: Decimal
    unit: str | None
    limits: Limits
    period: Period
    notes: str = ""

    @property
    def limit(self) -> Quantity | None:
        """The quota as a quantity; None where the notes say the unit, the limits or the amount.

        A quota of any unit is a number of specimens.
        """
        if self.unit is None or not self.limits.are_stated or self.amount < 0:
            return None
        return Quantity(self.amount, self.unit or None)

    def takes(self, exporter: str, term: str, sources: Sequence[str], purpose: str) -> bool:
        """Whether exports of a country count under it, by the codes that it states.

        A code that is empty is left out by no limit.
        """
        return self.exporter in ("", exporter) and not self.limits.exclude(term, sources, purpose)


@dataclass(frozen=True, slots=True)
class TradeSuspension:
    """A suspension of trade with a country.

    taxon_id: None for all taxa.  of_imports: imports into the country; else exports from it.
    limits: of the trade that is suspended; where codes are not stated, the notes say it.
    notification: of the Secretariat, by name.
    """

    taxon_id: int | None
    country: str
    of_imports: bool
    period: Period
    limits: Limits = field(default_factory=Limits)
    notification: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A Party's reservation: for this taxon it is treated as a State that is not a Party.

    Source: Convention, Articles XV.3, XVI.2, XXIII.
    """

    taxon_id: int
    country: str
    period: Period


@dataclass(frozen=True, slots=True)
class EuDecision:
    """A decision of the European Union on imports of a taxon from a country.

    decision: `SUSPENSION`, `NEGATIVE_OPINION`, `POSITIVE_OPINION`, `NO_OPINION` or another word.
    reference: regulation or meeting that decided it.
    """

    taxon_id: int
    country: str
    decision: str
    period: Period
    limits: Limits = field(default_factory=Limits)
    reference: str = ""

    @property
    def forbids(self) -> bool:
        """Whether it is against imports."""
        return self.decision in {"SUSPENSION", "NEGATIVE_OPINION"}


@dataclass(frozen=True, slots=True)
class BreedingOperation:
    """An operation that breeds Appendix I animals, in the Secretariat's register.

    Source: Res. Conf. 12.10.
    """

    number: str
    country: str
    taxon_id: int
    period: Period


@dataclass(frozen=True, slots=True)
class NonParty:
    """A State that is not a Party to the Convention, and when."""

    country: str
    period: Period


@dataclass(frozen=True, slots=True)
class TaxonTerm:
    """A term (box 9) that is traded of a taxon, its lower taxa included. taxon: by name."""

    rank: str
    taxon: str
    term: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """A renewal of all data of a taxon alone, from Species+. day: UTC."""

    taxon_id: int
    day: date


Fact = (
    Listing
    | RangeState
    | ExportQuota
    | TradeSuspension
    | Reservation
    | EuDecision
    | BreedingOperation
    | NonParty
    | TaxonTerm
    | Renewal
)
"""A row that says something of a taxon, a country or an operation."""

Row = Taxon | Synonym | Fact

KINDS: dict[type[Row], DataKind] = {
    Taxon: DataKind.TAXA,
    Synonym: DataKind.SYNONYMS,
    Listing: DataKind.LISTINGS,
    RangeState: DataKind.RANGES,
    ExportQuota: DataKind.QUOTAS,
    TradeSuspension: DataKind.SUSPENSIONS,
    Reservation: DataKind.RESERVATIONS,
    EuDecision: DataKind.EU_DECISIONS,
    BreedingOperation: DataKind.OPERATIONS,
    NonParty: DataKind.NON_PARTIES,
    TaxonTerm: DataKind.TAXON_TERMS,
    Renewal: DataKind.RENEWALS,
}
"""Class of a row -> its kind of data."""


def subject_of(fact: Fact) -> str:
    """Return what a row is looked up by."""
    match fact:
        case BreedingOperation():
            return operation_subject(fact.number)
        case NonParty():
            return country_subject(fact.country)
        case TaxonTerm():
            return higher_taxon_subject(fact.taxon)
        case TradeSuspension() if fact.taxon_id is None:
            return country_subject(fact.country)
    return taxon_subject(fact.taxon_id)


def taxon_subject(taxon_id: int | None) -> str:
    """Subject of the rows of a taxon."""
    return f"taxon {taxon_id}"


def higher_taxon_subject(name: str) -> str:
    """Subject of the rows that name a taxon by its name."""
    return f"name {name_key(name)}"


def country_subject(country: str) -> str:
    """Subject of the rows of a country."""
    return f"country {country}"


def operation_subject(number: str) -> str:
    """Subject of a breeding operation; case and spaces of its number do not matter."""
    return f"operation {''.join(number.split()).casefold()}"
