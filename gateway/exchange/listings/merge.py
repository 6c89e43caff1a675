"""Merge of renewed taxa: their rows take the place of those that are stored of the same taxa."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.domain.references.rows import KINDS, DataKind, Renewal, Row, TradeSuspension
from gateway.domain.references.taxa import Synonym, Taxon
from gateway.exchange.ports.listings.store import ReferenceStore

_OF_A_TAXON = (
    DataKind.LISTINGS,
    DataKind.RANGES,
    DataKind.QUOTAS,
    DataKind.SUSPENSIONS,
    DataKind.RESERVATIONS,
    DataKind.EU_DECISIONS,
    DataKind.RENEWALS,
)


@dataclass(frozen=True, slots=True)
class RenewedTaxon:
    """A taxon with all that the source says of it.

    rows: of its answers, those of higher taxa and of all taxa of a country among them.
    """

    taxon: Taxon
    synonyms: tuple[Synonym, ...]
    rows: tuple[Row, ...]

    def other_taxa(self) -> set[int]:
        """Ids of other taxa that rows belong to: listings of a family hold for its species."""
        ids = (getattr(row, "taxon_id", None) for row in self.rows)
        return {each for each in ids if each is not None and each != self.taxon.id}


def merged(
    store: ReferenceStore, renewed: Sequence[RenewedTaxon], day: date
) -> Mapping[DataKind, Sequence[Row]]:
    """Return all rows of each kind as they will be. day: of the renewal, UTC.

    Of another taxon than the renewed ones nothing is changed. Suspensions of all taxa of a country
    are added; an answer on a taxon does not say which of them have ended.
    Raises ServiceUnavailable.
    """
    ids = {each.taxon.id for each in renewed}
    taxa = {row.id: row for row in store.rows(DataKind.TAXA) if isinstance(row, Taxon)}
    taxa |= {each.taxon.id: each.taxon for each in renewed}
    synonyms = [
        row
        for row in store.rows(DataKind.SYNONYMS)
        if isinstance(row, Synonym) and row.accepted_id not in ids
    ]
    synonyms += [synonym for each in renewed for synonym in each.synonyms]
    return {
        DataKind.TAXA: tuple(taxa.values()),
        DataKind.SYNONYMS: tuple(synonyms),
        **{kind: _facts(store, kind, renewed, day) for kind in _OF_A_TAXON},
    }


def _facts(
    store: ReferenceStore, kind: DataKind, renewed: Sequence[RenewedTaxon], day: date
) -> tuple[Row, ...]:
    ids = {each.taxon.id for each in renewed}
    rows = {row: None for row in store.rows(kind) if getattr(row, "taxon_id", None) not in ids}
    if kind is DataKind.RENEWALS:
        return (*rows, *(Renewal(each.taxon.id, day) for each in renewed))
    for each in renewed:
        for row in each.rows:
            is_of_all = isinstance(row, TradeSuspension) and row.taxon_id is None
            if KINDS[type(row)] is kind and (
                is_of_all or getattr(row, "taxon_id", None) == each.taxon.id
            ):
                rows[row] = None
    return tuple(rows)
