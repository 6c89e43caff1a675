"""Species+ answers in JSON: taxa, legislation of a taxon, decisions of the European Union, range.

Entries that are no longer in force are left out, as the answers do not say when they ended; former
listings are kept, with the day of their deletion where there is one.
Source: Species+/CITES Checklist API, version 1.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from adapters.listings import values
from adapters.listings.entry import Entry
from adapters.listings.reading import Reading
from gateway.domain.errors import ReferenceDataInvalid
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import (
    EuDecision,
    ExportQuota,
    Listing,
    RangeState,
    Reservation,
    Row,
    TradeSuspension,
)
from gateway.domain.references.taxa import Synonym, Taxon
from gateway.exchange.ports.listings.files import PlacedRow

_DISTRIBUTIONS = re.compile(r"distributions_(?P<id>[0-9]{1,9})(?:_[a-z]{2})?\.json")
_SECTIONS = ("taxon_concepts", "cites_listings", "eu_listings")
_MOST_DIGITS = 30
"""Of a number with an exponent, before the point and behind it."""
_EXPECTED = "an answer of Species+ with taxa, legislation or distributions"


class SpeciesPlusReading(Reading):
    """Rows of an answer."""

    def section(self, answer: Mapping[str, object], key: str, read: "Reader") -> None:
        """Read the entries of a list of the answer."""
        self.entries(answer.get(key, []), key, read)

    def entries(self, found: object, key: str, read: "Reader") -> None:
        """Read a list of entries, each on its own."""
        if not isinstance(found, list):
            self.refuse(1, key, "It is no list.", "a list")
            return
        for place, element in enumerate(found, start=1):
            if self.is_hopeless:
                return
            entry = Entry(element, key)
            try:
                rows = list(read(entry))
            except values.UnexpectedValue as problem:
                self.refuse(place, entry.place, "The value cannot be used.", problem.expected)
                continue
            self.left_out += not rows
            self.rows += (PlacedRow(row, place, _name_of(row)) for row in rows)


Reader = Callable[[Entry], Iterable[Row]]


def read_json(name: str, text: str, advance: Callable[[int], None]) -> Reading:
    """Read an answer whole. name: of the file, which tells the taxon of its distributions.

    advance: is called with the number of rows read since.
    Raises ReferenceDataInvalid where it is no such answer.
    """
    reading = SpeciesPlusReading(name)
    answer = _decoded(name, text)
    if isinstance(answer, list):
        taxon_id = _taxon_of_distributions(name)
        reading.entries(answer, "distributions", lambda entry: _range_state(entry, taxon_id))
    elif isinstance(answer, dict) and any(section in answer for section in _SECTIONS):
        reading.section(answer, "taxon_concepts", _taxon)
        read_legislation(reading, answer)
    else:
        raise _other(name, "The file is no answer of Species+ that rules need.")
    advance(len(reading.rows))
    return reading


def read_legislation(reading: SpeciesPlusReading, answer: Mapping[str, object]) -> None:
    """Read listings, quotas, suspensions and decisions of an answer, by the day of today."""
    listings, today = answer.get("cites_listings", []), datetime.now(UTC).date()
    deleted = _deletions(listings if isinstance(listings, list) else [])
    reading.section(answer, "cites_listings", lambda entry: _listing(entry, deleted, today))
    reading.section(answer, "cites_quotas", _quota)
    reading.section(answer, "cites_suspensions", _suspension)
    reading.section(answer, "eu_decisions", _eu_decision)


def read_taxon(reading: SpeciesPlusReading, taxon: Mapping[str, object]) -> None:
    """Read a record of the bulk file: a taxon or synonym, with all that is said of it."""
    of_the_taxon = {key: each for key, each in taxon.items() if key != "cites_listings"}
    reading.section({"taxon_concepts": [of_the_taxon]}, "taxon_concepts", _taxon)
    read_legislation(reading, taxon)
    taxon_id = taxon.get("id")
    if isinstance(taxon_id, int):
        reading.section(taxon, "distributions", lambda entry: _range_state(entry, taxon_id))


def _decoded(name: str, text: str) -> object:
    try:
        return json.loads(text, parse_float=decimal_number)
    except json.JSONDecodeError as error:
        raise ReferenceDataInvalid(
            f"The file is no JSON: {error.msg}.", file=name, row=error.lineno, expected=_EXPECTED
        ) from None
    except (RecursionError, ValueError):
        raise _other(name, "The file is no JSON that can be read.") from None


def decimal_number(text: str) -> Decimal:
    """Read a number with a fraction or an exponent.

    Raises ValueError for one beyond any quota: written out, 1e999999999 takes a gigabyte.
    """
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError("The exponent is too large.") from None
    if abs(found.adjusted()) > _MOST_DIGITS:
        raise ValueError("The exponent is too large.")
    return found


def _other(name: str, text: str) -> ReferenceDataInvalid:
    return ReferenceDataInvalid(text, file=name, row=1, expected=_EXPECTED)


def _taxon_of_distributions(name: str) -> int:
    found = _DISTRIBUTIONS.fullmatch(name)
    if found is None:
        raise ReferenceDataInvalid(
            "A list of distributions does not say of which taxon they are.",
            file=name,
            row=1,
            expected="a file named distributions_TAXON.json, with the id of the taxon",
        )
    return int(found["id"])


def _name_of(row: Row) -> str:
    return row.accepted_name if isinstance(row, Synonym) else ""


def _taxon(entry: Entry) -> Iterator[Row]:
    if not entry.get("active", True):
        return
    taxon_id, name = entry.read("id", values.taxon_id), entry.read("full_name", values.name)
    author = entry.read("author_year", values.words)
    if entry.read("name_status", values.words) == "S":
        for accepted in entry.inner("accepted_names"):
            accepted_id = accepted.read("id", values.taxon_id)
            yield Synonym(name, accepted_id, accepted.read("full_name", values.name), author)
        return
    higher = entry.one("higher_taxa")
    yield Taxon(
        taxon_id,
        name,
        entry.read("rank", values.rank),
        author,
        higher.read("kingdom", values.words),
        higher.read("phylum", values.words),
        higher.read("class", values.words),
        higher.read("order", values.words),
        higher.read("family", values.words),
        entry.read("cites_listing", values.summary),
    )
    for synonym in entry.inner("synonyms"):
        yield Synonym(
            synonym.read("full_name", values.name),
            taxon_id,
            name,
            synonym.read("author_year", values.words),
        )
    for listing in entry.inner("cites_listings"):
        yield _added(listing, taxon_id, ends=None, superseded=False)


def _added(entry: Entry, taxon_id: int, *, ends: date | None, superseded: bool) -> Listing:
    return Listing(
        taxon_id,
        entry.read("appendix", values.appendix),
        Period(entry.read("effective_at", values.day), ends),
        superseded,
        party=entry.one("party").read("iso_code2", values.optional_country),
        annotation=entry.read("annotation", values.notes),
    )


def _listing(
    entry: Entry, deleted: Mapping["_Listed", Sequence[date]], today: date
) -> Iterator[Row]:
    """A listing, or a reservation.

    A listing that begins after today is not in force yet; a decided deletion has not ended one.
    """
    change = entry.read("change_type", values.words)
    is_current = entry.get("is_current", True) is True
    taxon_id = entry.read("taxon_concept_id", values.taxon_id)
    if change == "-":
        _deletion(entry)  # refused here where it cannot be read
    elif change == "+":
        begins = entry.read("effective_at", values.day)
        ends = min((day for day in deleted.get(_listed(entry), ()) if day > begins), default=None)
        is_over = not is_current and begins <= today
        last = ends - timedelta(days=1) if ends and (is_over or ends > today) else None
        yield _added(entry, taxon_id, ends=last, superseded=is_over and last is None)
    elif change == "R+" and is_current:
        begins = entry.read("effective_at", values.day)
        party = entry.one("party").read("iso_code2", values.country)
        yield Reservation(taxon_id, party, Period(begins))


def _deletions(listings: Sequence[object]) -> Mapping["_Listed", Sequence[date]]:
    """Days on which listings were deleted. Entries that cannot be read are left out."""
    found: dict[_Listed, list[date]] = defaultdict(list)
    for element in listings:
        entry = Entry(element, "cites_listings")
        with suppress(values.UnexpectedValue):
            if entry.read("change_type", values.words) == "-":
                listed, day = _deletion(entry)
                found[listed].append(day)
    return found


_Listed = tuple[int, str, str]
"""Taxon, Appendix and Party of a listing."""


def _listed(entry: Entry) -> _Listed:
    return (
        entry.read("taxon_concept_id", values.taxon_id),
        entry.read("appendix", values.appendix),
        entry.one("party").read("iso_code2", values.optional_country),
    )


def _deletion(entry: Entry) -> tuple[_Listed, date]:
    return _listed(entry), entry.read("effective_at", values.day)


def _quota(entry: Entry) -> Iterator[Row]:
    """An annual quota counts in the calendar year of its publication: the answer has no year."""
    published = entry.read("publication_date", values.day)
    unit = entry.one("unit").read("code", values.unit)
    yield ExportQuota(
        entry.read("taxon_concept_id", values.taxon_id),
        entry.one("geo_entity").read("iso_code2", values.country),
        entry.read("quota", values.amount),
        unit,
        Limits(),
        Period(date(published.year, 1, 1), date(published.year, 12, 31)),
        entry.read("notes", values.notes),
    )


def _suspension(entry: Entry) -> Iterator[Row]:
    if entry.get("is_current", True) is not True:
        return
    yield TradeSuspension(
        entry.read("taxon_concept_id", values.optional_taxon_id),
        entry.one("geo_entity").read("iso_code2", values.country),
        entry.read("applies_to_import", values.truth),
        Period(entry.read("start_date", values.day)),
        Limits(),
        entry.one("start_notification").read("name", values.words),
        entry.read("notes", values.notes),
    )


def _eu_decision(entry: Entry) -> Iterator[Row]:
    decision = entry.one("eu_decision_type").read("type", values.words)
    if entry.get("is_current", True) is not True or not decision:
        return
    yield EuDecision(
        entry.read("taxon_concept_id", values.taxon_id),
        entry.one("geo_entity").read("iso_code2", values.country),
        values.decision(decision),
        Period(entry.read("start_date", values.day)),
        Limits(
            entry.one("term").read("code", lambda text: values.codes(text or values.ANY, "terms")),
            entry.one("source").read(
                "code", lambda text: values.codes(text or values.ANY, "sources")
            ),
            frozenset(),
        ),
        entry.one("start_event").read("name", values.words),
    )


def _range_state(entry: Entry, taxon_id: int) -> Iterator[Row]:
    tags = tuple(values.name(tag).casefold() for tag in entry.texts("tags"))
    yield RangeState(taxon_id, entry.read("iso_code2", values.country), tags)
