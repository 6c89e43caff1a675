"""Validity period: box 2 against boxes 13 and 14 and the document type (rules V01 to V05)."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.conditions import is_extended_timber
from gateway.domain.rules.finding import Finding, Rule, error

_MONTHS_OF_AN_EXTENSION = 6
_CARNET = re.compile(r"\b(?:carnet|cuaderno|ATA)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def months_later(day: date, months: int) -> date:
    """Return the same day a number of months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def export_lasts_six_months(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Export permits and re-export certificates, save extended timber (V01).

    Days count as written, in the time zone they were written in; so they do in V02 to V04.
    Source: 50 CFR 23.54(b)(1), 23.73(c)(2); Reg. (EC) 865/2006, Annex I, note 2.
    """
    more = _MONTHS_OF_AN_EXTENSION if is_extended_timber(permit) else 0
    if permit.type != "SAMPLECOLL" and (days := _too_long(permit, 6, more)):
        yield error("V01", "period-too-long", box="2", value=days[0], expected=days[1])


def import_lasts_twelve_months(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Import permits, introduction from the sea, certificates of origin (V02).

    Source: 50 CFR 23.54(b)(2).
    """
    if days := _too_long(permit, 12):
        yield error("V02", "period-too-long", box="2", value=days[0], expected=days[1])


def multi_use_lasts_three_years(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Travelling exhibitions, certificates of ownership, musical instruments (V03).

    Source: 50 CFR 23.54(b)(3); Reg. (EC) 865/2006, Article 10.
    """
    if days := _too_long(permit, 36):
        yield error("V03", "period-too-long", box="2", value=days[0], expected=days[1])


def sample_collection_is_bound_to_its_carnet(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Sample collections: six months, and never longer than the ATA carnet, which is named (V04).

    Source: Reg. (EC) 865/2006, Articles 10 and 44a; 50 CFR 23.23(e)(12).
    """
    if permit.type != "SAMPLECOLL":
        return
    if days := _too_long(permit, 6):
        yield error("V04", "period-too-long", box="2", value=days[0], expected=days[1])
    carnet = permit.carnet
    stated = any(map(_names_a_carnet, permit.special_conditions))
    if not (carnet and carnet.number) and not stated:
        yield error("V04", "carnet-missing", box="5")
    last = carnet.valid_until if carnet else None
    if last and permit.valid_until and permit.valid_until.date() > last.date():
        until = f"{permit.valid_until:%Y-%m-%d}"
        yield error("V04", "longer-than-carnet", box="2", value=until, expected=f"{last:%Y-%m-%d}")


def goods_leave_inside_the_period(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 14: customs saw the goods between the day of issue and the last day of box 2 (V05).

    Source: 50 CFR 23.54(b); Reg. (EC) 865/2006, Annex I, note 2.
    """
    for position, at in _endorsements(permit):
        day = f"{at:%Y-%m-%d}"
        if permit.expired_since(at):
            last = f"{permit.valid_until:%Y-%m-%d}"
            yield error(
                "V05", "endorsed-late", box="14", position=position, value=day, expected=last
            )
        elif permit.issued_at and at < _midnight_before(permit.issued_at):
            issued = f"{permit.issued_at:%Y-%m-%d}"
            yield error(
                "V05", "endorsed-early", box="14", position=position, value=day, expected=issued
            )


def _names_a_carnet(condition: str) -> bool:
    """Whether a condition of box 5 speaks of a carnet, and of a number behind the word."""
    found = _CARNET.search(condition)
    return found is not None and _DIGIT.search(condition, found.end()) is not None


def _midnight_before(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _too_long(permit: Permit, months: int, more: int = 0) -> tuple[str, str] | None:
    """The last day of box 2 and the last one that is allowed, where the first is later.

    months: period of the document types that are judged; others give None.
    """
    if permit.document_type.months != months or not (permit.issued_at and permit.valid_until):
        return None
    last = months_later(permit.issued_at.date(), months + more)
    until = permit.valid_until.date()
    return (f"{until:%Y-%m-%d}", f"{last:%Y-%m-%d}") if until > last else None


def _endorsements(permit: Permit) -> Iterator[tuple[str | None, datetime]]:
    """Moments of box 14, with the line; None for the whole document."""
    if permit.examination and permit.examination.at:
        yield None, permit.examination.at
    for line in permit.positions:
        if line.examination and line.examination.at:
            yield line.id, line.examination.at


RULES: tuple[Rule, ...] = (
    export_lasts_six_months,
    import_lasts_twelve_months,
    multi_use_lasts_three_years,
    sample_collection_is_bound_to_its_carnet,
    goods_leave_inside_the_period,
)
