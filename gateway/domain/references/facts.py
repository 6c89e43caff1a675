"""Taxon facts: everything that the reference data say of the taxon that box 7 names."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from gateway.domain.references.rows import (
    EuDecision,
    ExportQuota,
    Fact,
    Listing,
    RangeState,
    Reservation,
    TaxonTerm,
    TradeSuspension,
)
from gateway.domain.references.taxa import Taxon

_Fact = TypeVar("_Fact", bound=Fact)
_APPENDICES = ("I", "II", "III")


class NameMatch(StrEnum):
    """How the name of box 7 led to a taxon."""

    ACCEPTED = "accepted"
    """It is the accepted name."""
    SYNONYM = "synonym"
    """It is a synonym of one taxon alone."""
    SPECIES = "species"
    """It names a lower taxon that is not known; its species is."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Appendices that box 10 may show. Empty: the population is not listed.

    is_certain: they come from listings with dates, or from a list of taxa of that very year.
    is_annotated: a listing among them has an annotation, which may leave specimens to another one.
    """

    appendices: frozenset[str]
    is_certain: bool
    is_annotated: bool = False

    def may_be_stricter(self, appendix: str) -> bool:
        """Whether an annotation may put a specimen into a stricter Appendix than these.

        So all African elephants that annotation 2 does not name are deemed to be of Appendix I.
        """
        return self.is_annotated and all(
            _APPENDICES.index(appendix) < _APPENDICES.index(each) for each in self.appendices
        )


@dataclass(frozen=True, slots=True)
class TaxonFacts:
    """Facts on a taxon.

    lineage: ids of the taxon and its higher taxa, as far as they are known, the nearest first.
    facts: rows of all of them.
    as_of: day on which the list of taxa was imported; None where it is not known.
    data_of: day of the oldest of listings, quotas and suspensions, or of the renewal of this taxon
    alone; None where it is not known.
    """

    taxon: Taxon
    match: NameMatch
    lineage: tuple[int, ...]
    facts: tuple[Fact, ...]
    as_of: date | None = None
    data_of: date | None = None

    def listings(self) -> tuple[Listing, ...]:
        """Listings of the taxon and of its higher taxa."""
        return self._of(Listing)

    def quotas(self) -> tuple[ExportQuota, ...]:
        """Export quotas, inherited ones included."""
        return self._of(ExportQuota)

    def suspensions(self) -> tuple[TradeSuspension, ...]:
        """Suspensions of this taxon or a higher one; not those of all taxa."""
        return self._of(TradeSuspension)

    def reservations(self) -> tuple[Reservation, ...]:
        """Reservations of Parties, on higher taxa too."""
        return self._of(Reservation)

    def eu_decisions(self) -> tuple[EuDecision, ...]:
        """Decisions of the European Union, on higher taxa too."""
        return self._of(EuDecision)

    def terms(self) -> frozenset[str]:
        """Terms that are traded of it and of its higher taxa; empty where none is known."""
        return frozenset(pair.term for pair in self._of(TaxonTerm))

    def range(self) -> tuple[RangeState, ...]:
        """Countries where the species occurs.

        Of a lower taxon without a range of its own: that of its species. A higher taxon has none.
        """
        if not self.taxon.is_species:
            return ()
        of = self._of(RangeState)
        for taxon_id in self.lineage[:2]:
            if own := tuple(state for state in of if state.taxon_id == taxon_id):
                return own
        return ()

    def first_listed(self) -> date | None:
        """First day on which it was listed, as far as the data go back; None without a day."""
        return min(
            (listing.period.begins for listing in self.listings() if listing.period.begins),
            default=None,
        )

    def listing_parties(self, day: date) -> frozenset[str]:
        """Parties at whose request it stands in Appendix III on a day; empty: not known."""
        third = [
            listing
            for listing in self.listings()
            if listing.appendix == "III" and listing.period.includes(day) and not listing.superseded
        ]
        return (
            frozenset(listing.party for listing in third)
            if all(listing.party for listing in third)
            else frozenset()
        )

    def appendices(self, day: date, country: str | None) -> Allowed | None:
        """Return the Appendices of a population on a day; None where the data do not say.

        country: of the population, None where it is not known.

        A listing of a lower taxon goes before that of a higher one, for the populations that it
        covers. Limits that an annotation states in words are taken to be possible both ways.
        """
        listings = self.listings()
        if not listings:
            return self._summarised(day)
        if not any(_begun(listing.period.begins, day) for listing in listings):
            return None  # the data do not go back so far
        found: list[Listing] = []
        for taxon_id in self.lineage:
            own = [
                (listing, listing.covers(country))
                for listing in listings
                if listing.taxon_id == taxon_id and listing.period.includes(day)
            ]
            found += (listing for listing, covers in own if covers is not False)
            if any(covers and not listing.superseded for listing, covers in own):
                break
        return Allowed(
            frozenset(listing.appendix for listing in found),
            is_certain=True,
            is_annotated=any(listing.annotation for listing in found),
        )

    def _summarised(self, day: date) -> Allowed | None:
        """Appendices by the list of taxa, which has no days.

        They hold from the year of its import on: UNEP-WCMC's rule goes by years, too. A taxon that
        is not listed there may be listed by now, so that is never certain.
        """
        stated = self.taxon.listing.split("/") if self.taxon.listing else []
        if not stated:
            return None
        appendices = frozenset(stated).intersection(_APPENDICES)
        is_of_the_year = self.as_of is not None and self.as_of.year <= day.year
        return Allowed(appendices, bool(appendices) and is_of_the_year)

    def _of(self, kind: type[_Fact]) -> tuple[_Fact, ...]:
        return tuple(fact for fact in self.facts if isinstance(fact, kind))


def _begun(begins: date | None, day: date) -> bool:
    """Whether something that begins on a day, or always was, has begun."""
    return begins is None or begins <= day
