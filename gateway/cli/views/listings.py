"""View of reference data: imports of each kind, and everything known of a taxon."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from gateway.cli.console import plain
from gateway.cli.views.reference.fetched import age
from gateway.domain.permit.quantity import plain as amount
from gateway.domain.references.facts import NameMatch, TaxonFacts
from gateway.domain.references.periods import Codes, Limits, Period
from gateway.domain.references.rows import Fact
from gateway.exchange.ports.listings.store import ImportedData

if TYPE_CHECKING:
    from gateway.exchange.listings.import_files import Checked

_MATCHES = {
    NameMatch.ACCEPTED: "the accepted name",
    NameMatch.SYNONYM: "a synonym",
    NameMatch.SPECIES: "a lower taxon that is not known; this is its species",
}
_MAX_WORDS = 160


def summary(checked: "Checked", *, dry_run: bool) -> Iterator[str]:
    """Lines on an import, for a person."""
    for kind, rows in checked.rows.items():
        verb = "would replace" if dry_run else "replace"
        yield f"✓ {kind}: {len(rows):,} rows {verb} {checked.before[kind]:,}."
    for kind, count in checked.unknown_taxa.items():
        yield f"! {kind}: {count:,} rows name a taxon that is not in the list of taxa."
    if checked.left_out:
        yield f"  {checked.left_out:,} rows are left out: they are no longer in force."
    for file in checked.files:
        yield f"  {file.name}: SHA-256 {file.sha256}"


def import_as_json(checked: "Checked", *, dry_run: bool) -> dict[str, object]:
    """The same for a program."""
    return {
        "dry_run": dry_run,
        "rows": {kind.value: len(rows) for kind, rows in checked.rows.items()},
        "before": {kind.value: rows for kind, rows in checked.before.items()},
        "unknown_taxa": {kind.value: count for kind, count in checked.unknown_taxa.items()},
        "left_out": checked.left_out,
        "files": [{"name": file.name, "sha256": file.sha256} for file in checked.files],
    }


def imported(each: ImportedData) -> Iterator[str]:
    """Lines on the data of one kind, for a person."""
    yield (
        f"{each.kind}: {each.rows:,} rows since {each.at:%Y-%m-%d %H:%M:%S} UTC, by {each.person}:"
        f" {each.reason} (journal record {each.id})"
    )
    if each.whole_since != each.at:
        whole = f"since {each.whole_since:%Y-%m-%d}" if each.whole_since else "never"
        yield f"  Single taxa were renewed; all of them were replaced {whole}."
    yield from (f"  {name}: SHA-256 {sha256}" for name, sha256 in each.files)


def imported_as_json(each: ImportedData) -> dict[str, object]:
    """The same for a program."""
    return {
        "kind": each.kind.value,
        "rows": each.rows,
        "at": each.at.isoformat(),
        "person": each.person,
        "reason": each.reason,
        "record": each.id,
        "whole_since": each.whole_since.isoformat() if each.whole_since else None,
        "files": [{"name": name, "sha256": sha256} for name, sha256 in each.files],
    }


def taxon(name: str, facts: TaxonFacts, day: date) -> Iterator[str]:
    """Lines on a taxon, for a person. day: of today."""
    found = facts.taxon
    yield f"{found.name} {found.author}".strip() + f", {found.rank.lower()} (taxon {found.id})"
    yield f"  {name} is {_MATCHES[facts.match]}."
    if facts.data_of:
        yield f"  Data {age(facts.data_of, day)}."
    higher = ", ".join(f"{rank.lower()} {above}" for rank, above in found.higher())
    if higher:
        yield f"  Higher taxa: {higher}"
    if found.listing:
        yield f"  Appendix by the list of taxa, without dates: {found.listing}"
    states = facts.range()
    if states:
        yield "  Range: " + ", ".join(
            f"{state.country} ({'; '.join(state.tags)})" if state.tags else state.country
            for state in sorted(states, key=lambda state: state.country)
        )
    if terms := facts.terms():
        yield "  Terms: " + ", ".join(sorted(terms))


def tables(facts: TaxonFacts) -> Iterator[Table]:
    """A table for each kind of row that there is."""
    head: Sequence[str] = ("Appendix", "From", "To", "Party", "Populations", "Annotation")
    listings = (
        (
            each.appendix,
            *_days(each.period),
            each.party,
            _populations(each.countries, each.except_countries),
            _short(each.annotation),
        )
        for each in facts.listings()
    )
    yield from _filled(head, listings)
    yield from _quotas(facts)
    yield from _suspensions(facts)
    reservations = ((each.country, *_days(each.period)) for each in facts.reservations())
    yield from _filled(("Reservation of", "From", "To"), reservations)
    decisions = (
        (each.decision, each.country, *_days(each.period), _limited(each.limits), each.reference)
        for each in facts.eu_decisions()
    )
    yield from _filled(("EU decision", "On", "From", "To", "For", "Reference"), decisions)


def _quotas(facts: TaxonFacts) -> Iterator[Table]:
    rows = (
        (
            each.exporter or "all",
            amount(each.amount),
            "any" if each.unit == "" else each.unit or "-",
            *_days(each.period),
            _limited(each.limits),
            _short(each.notes),
        )
        for each in facts.quotas()
    )
    yield from _filled(("Quota of", "Amount", "Unit", "From", "To", "For", "Notes"), rows)


def _suspensions(facts: TaxonFacts) -> Iterator[Table]:
    head = ("Suspended", "Trade", "From", "To", "For", "Notification", "Notes")
    rows = (
        (
            each.country,
            "imports" if each.of_imports else "exports",
            *_days(each.period),
            _limited(each.limits),
            each.notification,
            _short(each.notes),
        )
        for each in facts.suspensions()
    )
    yield from _filled(head, rows)


def taxon_as_json(name: str, facts: TaxonFacts, day: date) -> dict[str, object]:
    """The same for a program."""
    kinds: dict[str, Sequence[Fact]] = {
        "listings": facts.listings(),
        "range": facts.range(),
        "quotas": facts.quotas(),
        "suspensions": facts.suspensions(),
        "reservations": facts.reservations(),
        "eu_decisions": facts.eu_decisions(),
    }
    return {
        "name": name,
        "match": facts.match.value,
        "data_of": facts.data_of.isoformat() if facts.data_of else None,
        "age_days": (day - facts.data_of).days if facts.data_of else None,
        "taxon": asdict(facts.taxon),
        **{kind: [_plain_values(asdict(row)) for row in rows] for kind, rows in kinds.items()},
        "terms": sorted(facts.terms()),
    }


def _plain_values(value: object) -> object:
    match value:
        case dict():
            return {key: _plain_values(each) for key, each in value.items()}
        case frozenset():
            return sorted(value)
        case tuple():
            return list(value)
        case date():
            return value.isoformat()
        case Decimal():
            return amount(value)
    return value


def _filled(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Table]:
    """A table of the rows; nothing where there is none."""
    found = list(rows)
    if found:
        table = _table(*head)
        for row in found:
            table.add_row(*map(plain, row))
        yield table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _days(period: Period) -> tuple[str, str]:
    return (
        period.begins.isoformat() if period.begins else "-",
        period.ends.isoformat() if period.ends else "-",
    )


def _populations(countries: frozenset[str], except_countries: frozenset[str]) -> str:
    if except_countries:
        return "all but " + " ".join(sorted(except_countries))
    return " ".join(sorted(countries)) or "all"


def _limited(limits: Limits) -> str:
    if limits == Limits():
        return "not stated"
    named = (("terms", limits.terms), ("sources", limits.sources), ("purposes", limits.purposes))
    return "; ".join(f"{name} {_codes(codes)}" for name, codes in named if codes != frozenset())


def _codes(codes: Codes) -> str:
    return "not stated" if codes is None else " ".join(sorted(codes))


def _short(text: str) -> str:
    return text if len(text) <= _MAX_WORDS else text[:_MAX_WORDS] + "…"
