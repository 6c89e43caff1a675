"""Look-ups of reference data for the rules: a name becomes a taxon with everything known of it.

What was looked up is kept in memory until the next import, because many permits name the same few
taxa. Whether there was one is asked each time: a server must not judge by last year's listings.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from typing import TypeVar, cast

from gateway.domain.references.facts import NameMatch, TaxonFacts
from gateway.domain.references.rows import (
    BreedingOperation,
    DataKind,
    NonParty,
    Renewal,
    TradeSuspension,
    country_subject,
    higher_taxon_subject,
    operation_subject,
    taxon_subject,
)
from gateway.domain.references.taxa import Taxon, keys_of, name_key
from gateway.exchange.ports.listings.store import NamedTaxon, ReferenceRows

_T = TypeVar("_T")
_DATED = (DataKind.TAXA, DataKind.LISTINGS, DataKind.QUOTAS, DataKind.SUSPENSIONS)
"""Kinds that change often; the oldest of them is the age of what is known of a taxon."""
_MOST_KEPT = 20_000
"""Look-ups that are kept: a few kilobytes each."""


class LookUpReferences:
    """The port `References` of the rules. For any number of threads."""

    def __init__(self, rows: ReferenceRows) -> None:
        self._rows = rows
        self._version: str | None = None
        self._kept: dict[Hashable, object] = {}

    def has(self, kind: DataKind) -> bool:
        """See the port."""
        return kind in self._whole_days()

    def taxon(self, name: str) -> TaxonFacts | None:
        """See the port."""
        return self._keep("taxon", lambda: self._find(name), name)

    def suspensions(self, country: str) -> Sequence[TradeSuspension]:
        """See the port."""
        return [fact for fact in self._of_country(country) if isinstance(fact, TradeSuspension)]

    def is_non_party(self, country: str, day: date) -> bool:
        """See the port."""
        return any(
            isinstance(fact, NonParty) and fact.period.includes(day)
            for fact in self._of_country(country)
        )

    def operation(self, number: str) -> Sequence[BreedingOperation]:
        """See the port."""
        found = self._rows.facts([operation_subject(number)])
        return [fact for fact in found if isinstance(fact, BreedingOperation)]

    def _of_country(self, country: str) -> Sequence[object]:
        return self._keep("country", lambda: self._rows.facts([country_subject(country)]), country)

    def _keep(self, what: str, find: Callable[[], _T], key: Hashable) -> _T:
        """Return what is kept, or find it. A dict of its own version, against races of threads."""
        version = self._rows.version()
        if version != self._version or len(self._kept) >= _MOST_KEPT:
            self._kept, self._version = {}, version
        kept = self._kept
        if (what, key) not in kept:
            kept[what, key] = find()
        return cast(_T, kept[what, key])

    def _find(self, name: str) -> TaxonFacts | None:
        found = resolved(name, self._rows)
        if found is None:
            return None
        taxon, match = found
        lineage = (taxon.id, *(higher.id for higher in self._higher(taxon)))
        names = (taxon.name, *(higher for _, higher in taxon.higher()))
        subjects = [*map(taxon_subject, lineage), *map(higher_taxon_subject, names)]
        facts = tuple(self._rows.facts(subjects))
        days = self._whole_days()
        renewed = [
            each.day for each in facts if isinstance(each, Renewal) and each.taxon_id == taxon.id
        ]
        whole = [day for kind in _DATED if (day := days.get(kind))]
        return TaxonFacts(
            taxon,
            match,
            lineage,
            facts,
            _newest([days.get(DataKind.TAXA), *renewed]),
            _newest([min(whole, default=None), *renewed]),
        )

    def _whole_days(self) -> Mapping[DataKind, date | None]:
        """Day on which all data of a kind were last replaced, by kind; None for never."""
        return self._keep(
            "days",
            lambda: {
                each.kind: each.whole_since.date() if each.whole_since else None
                for each in self._rows.current()
            },
            None,
        )

    def _higher(self, taxon: Taxon) -> Sequence[Taxon]:
        """Higher taxa that are known, the nearest first. Names repeat between kingdoms."""
        wanted = [(rank, name_key(name)) for rank, name in taxon.higher()]
        by_place: dict[tuple[str, str], Taxon] = {}
        for named in self._rows.named([key for _, key in wanted]):
            higher = named.taxon
            is_same_kingdom = higher.kingdom in ("", taxon.kingdom) or higher.rank == "KINGDOM"
            if not named.is_synonym and is_same_kingdom and higher.id != taxon.id:
                by_place[higher.rank, named.key] = higher
        return [by_place[place] for place in wanted if place in by_place]


def _newest(days: Sequence[date | None]) -> date | None:
    return max((day for day in days if day), default=None)


def resolved(name: str, rows: ReferenceRows) -> tuple[Taxon, NameMatch] | None:
    """Return the taxon of a name, and how it was found; None where it is not known.

    An accepted name goes before a synonym. A name of several taxa is not known.
    Raises ServiceUnavailable.
    """
    full, bare, species = keys_of(name)
    by_key: defaultdict[str, list[NamedTaxon]] = defaultdict(list)
    for named in rows.named({full, bare, species}):
        by_key[named.key].append(named)
    for key in (full, bare, species):
        accepted = {each.taxon.id: each.taxon for each in by_key[key] if not each.is_synonym}
        synonyms = {each.taxon.id: each.taxon for each in by_key[key] if each.is_synonym}
        candidates = accepted or synonyms
        if len(candidates) > 1:
            return None
        for taxon in candidates.values():
            if key == species != bare:
                return taxon, NameMatch.SPECIES
            return taxon, NameMatch.ACCEPTED if accepted else NameMatch.SYNONYM
    return None
