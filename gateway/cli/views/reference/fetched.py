"""View of fetched reference data: outcome and age for each taxon, age of each kind."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from gateway.domain.foreign_text import one_line
from gateway.exchange.listings.fetch import Renewed, TaxonOutcome
from gateway.exchange.ports.listings.store import ImportedData


def age(data_of: date, day: date) -> str:
    """The age of data in words, on a day."""
    days = max(0, (day - data_of).days)
    return f"of {data_of.isoformat()}, {days} day{'' if days == 1 else 's'} old"


def outcomes(found: Sequence[TaxonOutcome], day: date) -> Iterator[str]:
    """Lines on the taxa that were asked for, for a person."""
    for each in found:
        name = one_line(each.name)
        known = (
            f"its data, {age(each.data_of, day)}, stay in force"
            if each.data_of
            else "nothing is known of it"
        )
        match each.outcome:
            case Renewed.RENEWED:
                yield f"✓ {name}: renewed."
            case Renewed.NOT_KNOWN:
                yield f"! {name}: Species+ has no taxon of this name; {known}."
            case Renewed.KEPT:
                yield f"✗ {name}: Species+ {one_line(each.reason)}; {known}."


def outcome_as_json(each: TaxonOutcome, day: date) -> dict[str, object]:
    """The same for a program."""
    return {
        "name": each.name,
        "outcome": each.outcome.value,
        "reason": each.reason or None,
        "data_of": each.data_of.isoformat() if each.data_of else None,
        "age_days": (day - each.data_of).days if each.data_of else None,
    }


def failed(found: Sequence[TaxonOutcome]) -> bool:
    """Whether a taxon could not be fetched."""
    return any(each.outcome is Renewed.KEPT for each in found)


def ages(current: Sequence[ImportedData], now: datetime) -> Iterator[str]:
    """Lines on the age of each kind, for a person. now: aware."""
    for each in current:
        whole = each.whole_since
        words = age(whole.date(), now.date()) if whole else "of single taxa alone"
        yield f"  {each.kind}: {each.rows:,} rows {words}."
