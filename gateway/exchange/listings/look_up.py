"""Look-ups of reference data for the rules: a name becomes a taxon with everything known of it.

What was looked up is kept in memory until the next import, because many permits name the same few
taxa. Whether there was one is asked each time: a server must not judge by last year's listings.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
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
_ByKey = Mapping[str, Sequence[NamedTaxon]]
"""Taxa under the forms in which names are compared."""
_MOST_KEPT = 20_000
"""Look-ups that are kept: a few kilobytes each."""


class LookUpReferences:
    """The port `References` of the rules. For any number of threads."""

    def __init__(self, rows: ReferenceRows) -> None:
        self._rows = rows
        self._version: str | None = None
        self._kept: dict[Hashable, object] = {}

    def newest(self) -> "LookUpReferences":
        """See the port. It asks for the version this once, in place of once for each look-up."""
        return _OfOneVersion(self._rows, self._kept_now())

    def has(self, kind: DataKind) -> bool:
        """See the port."""
        return kind in self._whole_days()

    def taxon(self, name: str) -> TaxonFacts | None:
        """See the port."""
        return self._keep("taxon", lambda: self._find(name), name)

    def lineages(self, names: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
        """Return the id of the taxon of each name that is known, and those of its higher taxa.

        All names are looked up at once, as a quota counts thousands. Raises ServiceUnavailable.
        """
        kept, wanted = self._kept_now(), dict.fromkeys(names)
        missing = [name for name in wanted if ("lineage", name) not in kept]
        found = self._lineages(missing) if missing else {}
        for name in missing:
            kept["lineage", name] = found.get(name, ())
        lineages = ((name, cast(tuple[int, ...], kept["lineage", name])) for name in wanted)
        return {name: lineage for name, lineage in lineages if lineage}

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
        """Return what is kept, or find it."""
        kept = self._kept_now()
        if (what, key) not in kept:
            kept[what, key] = find()
        return cast(_T, kept[what, key])

    def _kept_now(self) -> dict[Hashable, object]:
        """Look-ups kept of the newest version. A dict of each version, against races of threads."""
        version = self._rows.version()
        if version != self._version or len(self._kept) >= _MOST_KEPT:
            self._kept, self._version = {}, version
        return self._kept

    def _find(self, name: str) -> TaxonFacts | None:
        found = _resolved(name, self._named(keys_of(name)))
        if found is None:
            return None
        taxon, match = found
        lineage = _lineage(taxon, self._named(_higher_keys(taxon)))
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

    def _lineages(self, names: Collection[str]) -> Mapping[str, tuple[int, ...]]:
        by_key = self._named({key for name in names for key in keys_of(name)})
        taxa = {name: found[0] for name in names if (found := _resolved(name, by_key))}
        higher = self._named({key for taxon in taxa.values() for key in _higher_keys(taxon)})
        return {name: _lineage(taxon, higher) for name, taxon in taxa.items()}

    def _named(self, keys: Collection[str]) -> _ByKey:
        by_key: defaultdict[str, list[NamedTaxon]] = defaultdict(list)
        for named in self._rows.named(set(keys)):
            by_key[named.key].append(named)
        return by_key


class _OfOneVersion(LookUpReferences):
    """Look-ups of the version that was the newest one."""

    def __init__(self, rows: ReferenceRows, kept: dict[Hashable, object]) -> None:
        super().__init__(rows)
        self._kept = kept

    def _kept_now(self) -> dict[Hashable, object]:
        return self._kept


def _higher_keys(taxon: Taxon) -> list[str]:
    return [name_key(name) for _, name in taxon.higher()]


def _lineage(taxon: Taxon, by_key: _ByKey) -> tuple[int, ...]:
    """Ids of a taxon and its higher taxa that are known, the nearest first.

    Names repeat between kingdoms.
    """
    by_place: dict[tuple[str, str], Taxon] = {}
    for key in _higher_keys(taxon):
        for named in by_key.get(key, ()):
            higher = named.taxon
            is_same_kingdom = higher.kingdom in ("", taxon.kingdom) or higher.rank == "KINGDOM"
            if not named.is_synonym and is_same_kingdom and higher.id != taxon.id:
                by_place[higher.rank, named.key] = higher
    places = [(rank, name_key(name)) for rank, name in taxon.higher()]
    return (taxon.id, *(by_place[place].id for place in places if place in by_place))


def _newest(days: Sequence[date | None]) -> date | None:
    return max((day for day in days if day), default=None)


def _resolved(name: str, by_key: _ByKey) -> tuple[Taxon, NameMatch] | None:
    """Return the taxon of a name, and how it was found; None where it is not known.

    An accepted name goes before a synonym. A name of several taxa is not known.
    by_key: at least of the keys of the name.
    """
    full, bare, species = keys_of(name)
    for key in (full, bare, species):
        named = by_key.get(key, ())
        accepted = {each.taxon.id: each.taxon for each in named if not each.is_synonym}
        synonyms = {each.taxon.id: each.taxon for each in named if each.is_synonym}
        candidates = accepted or synonyms
        if len(candidates) > 1:
            return None
        for taxon in candidates.values():
            if key == species != bare:
                return taxon, NameMatch.SPECIES
            return taxon, NameMatch.ACCEPTED if accepted else NameMatch.SYNONYM
    return None
