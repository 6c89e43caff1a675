"""Tables of reference data in CSV: the columns of each kind, and the row that is made of them.

The names of columns are those of the lists that UNEP-WCMC publishes; columns that tell where a row
comes from are known, and not read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.listings import values
from gateway.domain.codes import CodeListName
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import (
    BreedingOperation,
    DataKind,
    EuDecision,
    ExportQuota,
    Listing,
    NonParty,
    RangeState,
    Reservation,
    Row,
    TaxonTerm,
    TradeSuspension,
)
from gateway.domain.references.taxa import Synonym, Taxon

Cells = Mapping[str, Any]
"""Value of each column that the file has, by name."""


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table.

    required, optional: readers of the columns by name.  unread: columns that are known, and not
    read.  make: a row of its cells; None for a row that no rule needs.
    taxon_column: holds the name of the taxon.
    """

    kind: DataKind
    required: Mapping[str, Callable[[str], object]]
    optional: Mapping[str, Callable[[str], object]]
    make: Callable[[Cells], Row | None]
    unread: frozenset[str] = frozenset()
    taxon_column: str = ""

    @property
    def columns(self) -> Mapping[str, Callable[[str], object]]:
        """Readers of all columns that are read."""
        return {**self.required, **self.optional}


def _codes(of: CodeListName) -> Callable[[str], object]:
    return partial(values.codes, of=of)


def _period(cells: Cells, begins: str = "valid_from", ends: str = "valid_to") -> Period:
    return Period(cells.get(begins), cells.get(ends))


def _limits(cells: Cells) -> Limits:
    return Limits(cells.get("terms"), cells.get("sources"), cells.get("purposes"))


def _taxon(cells: Cells) -> Row:
    return Taxon(
        cells["species_plus_id"],
        cells["scientific_name"],
        cells["rank"],
        cells.get("author_year", ""),
        cells["kingdom"],
        cells.get("phylum", ""),
        cells.get("class", ""),
        cells.get("order", ""),
        cells.get("family", ""),
        cells.get("cites_listing", ""),
    )


def _synonym(cells: Cells) -> Row:
    return Synonym(
        cells["synonym"],
        cells["accepted_id"],
        cells["accepted_name"],
        cells.get("synonym_author", ""),
    )


def _listing(cells: Cells) -> Row:
    return Listing(
        cells["species_plus_id"],
        cells["appendix"],
        _period(cells),
        party=cells.get("party", ""),
        countries=cells.get("populations", frozenset()),
        except_countries=cells.get("except_populations", frozenset()),
        annotation=cells.get("annotation", ""),
    )


def _range_state(cells: Cells) -> Row:
    return RangeState(cells["species_plus_id"], cells["country"], cells["tags"])


def _quota(cells: Cells) -> Row:
    return ExportQuota(
        cells["species_plus_id"],
        cells["exporter"],
        cells["quota"],
        cells["unit"],
        _limits(cells),
        _period(cells),
        cells.get("notes") or cells["terms in words"],
    )


def _suspension(cells: Cells) -> Row | None:
    if not cells.get("is_current", True):
        return None
    return TradeSuspension(
        cells["species_plus_id"],
        cells["country"],
        cells["applies_to_import"],
        _period(cells, "start_date", "end_date"),
        _limits(cells),
        cells.get("notification", ""),
        cells.get("notes", ""),
    )


def _reservation(cells: Cells) -> Row:
    return Reservation(cells["species_plus_id"], cells["country"], _period(cells))


def _eu_decision(cells: Cells) -> Row:
    return EuDecision(
        cells["species_plus_id"],
        cells["country"],
        cells["decision"],
        _period(cells),
        _limits(cells),
        cells.get("reference", ""),
    )


def _operation(cells: Cells) -> Row:
    return BreedingOperation(
        cells["operation_number"], cells["country"], cells["species_plus_id"], _period(cells)
    )


def _non_party(cells: Cells) -> Row:
    return NonParty(cells["non_party"], _period(cells))


def _taxon_term(cells: Cells) -> Row:
    return TaxonTerm(cells["rank"], cells["taxon"], cells["term"])


_TAXON = {"species_plus_id": values.taxon_id}
_NAMED = {"scientific_name": values.name, "rank": values.rank}
_PERIOD = {"valid_from": values.day, "valid_to": values.last_day}
_LIMITS = {
    "terms": _codes("terms"),
    "sources": _codes("sources"),
    "purposes": _codes("purposes"),
}

TABLES: tuple[Table, ...] = (
    Table(
        DataKind.TAXA,
        {**_TAXON, **_NAMED, "kingdom": values.words},
        {
            **dict.fromkeys(("author_year", "phylum", "class", "order", "family"), values.words),
            "cites_listing": values.summary,
        },
        _taxon,
        frozenset(
            ("common_en", "common_fr", "common_es", "id_source", "id_certainty", "other_fields")
        ),
    ),
    Table(
        DataKind.SYNONYMS,
        {"synonym": values.name, "accepted_id": values.taxon_id, "accepted_name": values.name},
        {"synonym_author": values.words},
        _synonym,
        frozenset(("synonym_id",)),
        "accepted_name",
    ),
    Table(
        DataKind.LISTINGS,
        {**_TAXON, "appendix": values.appendix, **_PERIOD},
        {
            **_NAMED,
            "party": values.optional_country,
            "populations": values.countries,
            "except_populations": values.countries,
            "annotation": values.notes,
        },
        _listing,
        frozenset(("origin",)),
        "scientific_name",
    ),
    Table(
        DataKind.RANGES,
        {**_TAXON, "country": values.country, "tags": values.tags},
        dict(_NAMED),
        _range_state,
        frozenset(("origin",)),
        "scientific_name",
    ),
    Table(
        DataKind.QUOTAS,
        {
            **_TAXON,
            "exporter": values.any_country,
            "quota": values.amount,
            "unit": values.unit,
            **_LIMITS,
            **_PERIOD,
        },
        {**_NAMED, "notes": values.notes},
        _quota,
        frozenset(("kind", "origin")),
        "scientific_name",
    ),
    Table(
        DataKind.SUSPENSIONS,
        {
            "species_plus_id": values.optional_taxon_id,
            "country": values.country,
            "start_date": values.day,
            "applies_to_import": values.truth,
        },
        {
            "scientific_name": values.words,
            "end_date": values.last_day,
            "is_current": values.truth,
            **_LIMITS,
            "notification": values.words,
            "notes": values.notes,
        },
        _suspension,
        frozenset(("id", "origin")),
        "scientific_name",
    ),
    Table(
        DataKind.RESERVATIONS,
        {**_TAXON, "taxon": values.name, "country": values.country, **_PERIOD},
        {"rank": values.rank},
        _reservation,
        frozenset(("origin",)),
        "taxon",
    ),
    Table(
        DataKind.EU_DECISIONS,
        {**_TAXON, "country": values.country, "decision": values.decision, **_PERIOD},
        {
            **_NAMED,
            "terms": _codes("terms"),
            "sources": _codes("sources"),
            "reference": values.words,
        },
        _eu_decision,
        frozenset(("origin",)),
        "scientific_name",
    ),
    Table(
        DataKind.OPERATIONS,
        {"operation_number": values.name, "country": values.country, **_TAXON, **_PERIOD},
        dict(_NAMED),
        _operation,
        frozenset(("origin",)),
        "scientific_name",
    ),
    Table(
        DataKind.NON_PARTIES,
        {"non_party": values.country, **_PERIOD},
        {},
        _non_party,
        frozenset(("origin",)),
    ),
    Table(
        DataKind.TAXON_TERMS,
        {"rank": values.rank, "taxon": values.name, "term": partial(values.code, of="terms")},
        {},
        _taxon_term,
        frozenset(("origin",)),
    ),
)
"""Every kind of table."""
