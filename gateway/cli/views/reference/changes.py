"""View of changes of listings: permit, line, Appendices before and after, rule and text."""

from collections.abc import Iterator, Sequence
from datetime import date

from gateway.domain.codes import Language
from gateway.domain.foreign_text import one_line
from gateway.domain.references.rows import Listing
from gateway.exchange.listings.changes import ListingChange

_MAX_WORDS = 300


def lines(found: Sequence[ListingChange], day: date, language: Language) -> Iterator[str]:
    """Lines on the changes of a day, for a person."""
    if not found:
        yield f"Nothing changes on {day.isoformat()} for a permit of ours that is in force then."
    for each in found:
        permit = each.permit
        until = permit.permit.valid_until
        yield (
            f"{permit.authority.country.text}/{permit.authority.code} {permit.permit.number}, line"
            f" {each.line.id}: {one_line(each.line.scientific_name or '')}"
            f" ({_appendices(each.before)} → {_appendices(each.after)};"
            f" box 10: {one_line(each.line.appendix or '-')};"
            f" valid until {until.date().isoformat() if until else '-'})"
        )
        yield from (f"  + {_listing(listing)}" for listing in each.begins)
        yield from (f"  - {_listing(listing)}" for listing in each.ends)
        for finding in each.findings:
            yield f"  {finding.severity}: {one_line(finding.text(language))} [{finding.rule}]"


def as_json(each: ListingChange, language: Language) -> dict[str, object]:
    """The same for a program."""
    return {
        "country": each.permit.authority.country.text,
        "authority": each.permit.authority.code,
        "number": each.permit.permit.number.text,
        "line": each.line.id,
        "name": each.line.scientific_name,
        "taxon": each.taxon,
        "appendix": each.line.appendix,
        "before": None if each.before is None else sorted(each.before),
        "after": None if each.after is None else sorted(each.after),
        "begins": [_listing_as_json(listing) for listing in each.begins],
        "ends": [_listing_as_json(listing) for listing in each.ends],
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity.value,
                "box": finding.box,
                "text": finding.text(language),
                "source": finding.source,
            }
            for finding in each.findings
        ],
    }


def _listing(listing: Listing) -> str:
    words = one_line(listing.annotation)
    words = words[:_MAX_WORDS] + "…" if len(words) > _MAX_WORDS else words
    party = f" of {listing.party}" if listing.party else ""
    return f"Appendix {listing.appendix}{party}" + (f": {words}" if words else "")


def _listing_as_json(listing: Listing) -> dict[str, object]:
    return {
        "appendix": listing.appendix,
        "party": listing.party or None,
        "annotation": listing.annotation or None,
    }


def _appendices(found: frozenset[str] | None) -> str:
    if found is None:
        return "not known"
    return "/".join(sorted(found)) or "not listed"
