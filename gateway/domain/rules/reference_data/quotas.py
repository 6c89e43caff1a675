"""Quotas on file: the one that a line counts under, and whether it is used up (K03 to K09).

A quota is matched by taxon (higher taxa are inherited), exporter, day, and the terms, sources,
purposes and unit where it states them (K05). Direct exports count alone, and never source I (K06).
"""

from collections.abc import Iterator
from datetime import date

from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity, plain
from gateway.domain.quotas.lines import counts_under_quotas
from gateway.domain.references.rows import ExportQuota
from gateway.domain.rules.finding import Finding, info, risk, warning
from gateway.domain.rules.reference_data.case import Case, ReferenceRule, in_words

_SEE_NOTES = -1
"""Value of a quota that is stated in its notes."""


def _matching(case: Case) -> Iterator[tuple[CitesPosition, ExportQuota]]:
    """Each line that counts under quotas, with each quota that matches it."""
    day = case.day
    if day is None:
        return
    for line, facts in case.known_lines:
        if not counts_under_quotas(case.permit, line):
            continue
        for quota in facts.quotas():
            codes = line.term or "", line.sources, case.permit.purpose or ""
            if quota.period.includes(day) and quota.takes(case.authority.country.text, *codes):
                yield line, quota


def _comparable(line: CitesPosition, quota: ExportQuota) -> Quantity | None:
    """The quota as a quantity that box 11 can be compared with; None where it is none."""
    limit = quota.limit
    return limit if limit and line.quantity and line.quantity.like(limit) else None


def _applicable(case: Case) -> Iterator[tuple[CitesPosition, ExportQuota, Quantity]]:
    """Lines with the quotas above zero that box 11 can be compared with."""
    for line, quota in _matching(case):
        limit = _comparable(line, quota)
        if limit is not None and limit.amount > 0:
            yield line, quota, limit


def export_stays_within_the_quota(case: Case) -> Iterator[Finding]:
    """Box 11a is within the quota on file; where it is blank, all lines under it together (K03).

    Source: 50 CFR 23.26(c)(14); Res. Conf. 14.7.
    """
    totals: dict[ExportQuota, Quantity] = {}
    for line, quota, limit in _applicable(case):
        used = line.quota.used_to_date if line.quota else None
        if used is None and line.quantity is not None:
            earlier = totals.get(quota)
            totals[quota] = earlier.plus(line.quantity) if earlier else line.quantity
        box, counted = ("11a", used) if used else ("11", totals.get(quota))
        if counted and counted.like(limit) and limit.is_less_than(counted):
            yield risk(
                "K03",
                "quota-exceeded",
                box=box,
                position=line.id,
                value=str(counted),
                expected=str(limit),
            )


def exports_of_the_year_stay_within_the_quota(case: Case) -> Iterator[Finding]:
    """All permits under a quota together, this one included, stay within it (K03).

    Source: 50 CFR 23.26(c)(14); Res. Conf. 14.7.
    """
    day, totals = case.day, dict[ExportQuota, Quantity]()
    if case.history is None or day is None:
        return
    for line, quota, limit in _applicable(case):
        if quota not in totals:
            others = case.history.under(quota, case.authority, day, case.permit.number)
            if others is None or not others.amount:
                continue
            totals[quota] = others
        if line.quantity is not None and line.quantity.like(limit):
            totals[quota] = totals[quota].plus(line.quantity)
            if limit.is_less_than(totals[quota]):
                yield year_exceeded(line.id, totals[quota], limit, day)


def year_exceeded(position: str, total: Quantity, limit: Quantity, day: date) -> Finding:
    """The finding that permits of a year pass a quota. total: with the line; in any unit."""
    return risk(
        "K03",
        "year-exceeded",
        box="11",
        position=position,
        value=str(total),
        expected=str(limit),
        year=str(day.year),
    )


def quota_year_is_the_calendar_year(case: Case) -> Iterator[Finding]:
    """A quota of another twelve months than the calendar year counts within these (K04).

    Source: Res. Conf. 14.7, Annex, paragraph 2.
    """
    for line, quota, _ in _applicable(case):
        begins, ends = quota.period.begins, quota.period.ends
        if begins and ends and not quota.period.is_calendar_year:
            yield info(
                "K04",
                "other-year",
                box="11a",
                position=line.id,
                value=str(case.day or ""),
                expected=f"{begins.isoformat()}/{ends.isoformat()}",
            )


def quota_on_file_is_shown(case: Case) -> Iterator[Finding]:
    """Box 11a: where a quota on file matches the line, its figure (K05).

    Source: 50 CFR 23.23(e)(5); keys of the UNEP-WCMC quota list.
    """
    for line, _, limit in _applicable(case):
        annual = line.quota.annual if line.quota else None
        if annual is None:
            yield info("K05", "quota-not-shown", box="11a", position=line.id, expected=str(limit))
        elif annual.like(limit) and (annual.is_less_than(limit) or limit.is_less_than(annual)):
            yield info(
                "K05",
                "quota-differs",
                box="11a",
                position=line.id,
                value=str(annual),
                expected=str(limit),
            )


def only_direct_exports_count(case: Case) -> Iterator[Finding]:
    """Box 11a is blank on re-exports and for source I: they count under no quota (K06).

    Source: UNEP-WCMC view of mandatory quotas.
    """
    for line in case.permit.positions:
        if line.quota and line.quota.annual and not counts_under_quotas(case.permit, line):
            is_seized = case.permit.type == "EXPORT"
            yield info(
                "K06",
                "seized-counts-not" if is_seized else "no-direct-export",
                box="11a",
                position=line.id,
                value=plain(line.quota.annual.amount),
            )


def quota_is_a_figure(case: Case) -> Iterator[Finding]:
    """A quota of -1 is stated in its notes, which a person has to read (K07).

    Source: UNEP-WCMC quota model.
    """
    for line, quota in _matching(case):
        if quota.amount == _SEE_NOTES:
            yield warning(
                "K07",
                "see-notes",
                box="11a",
                position=line.id,
                value=str(line.quantity or ""),
                notes=in_words(quota.notes),
            )


def quota_is_not_zero(case: Case) -> Iterator[Finding]:
    """A quota of zero forbids the trade that it matches (K08).

    Source: annotations of the Appendices; UNEP-WCMC list of mandatory quotas.
    """
    for line, quota in _matching(case):
        if quota.amount == 0 and quota.limits.are_stated:
            yield risk(
                "K08",
                "zero-quota",
                box="11",
                position=line.id,
                value=str(line.quantity or ""),
                expected="0",
                notes=in_words(quota.notes),
            )


def quota_can_be_counted(case: Case) -> Iterator[Finding]:
    """A quota whose unit or terms stand in its notes alone is compared by a person (K09).

    Source: fields of the Species+ interface.
    """
    for line, quota in _matching(case):
        is_counted = quota.amount == 0 and quota.limits.are_stated
        if quota.amount >= 0 and not is_counted and _comparable(line, quota) is None:
            yield warning(
                "K09",
                "quota-in-words",
                box="11a",
                position=line.id,
                value=str(line.quantity or ""),
                expected=plain(quota.amount),
                notes=in_words(quota.notes),
            )


RULES: tuple[ReferenceRule, ...] = (
    export_stays_within_the_quota,
    exports_of_the_year_stay_within_the_quota,
    quota_year_is_the_calendar_year,
    quota_on_file_is_shown,
    only_direct_exports_count,
    quota_is_a_figure,
    quota_is_not_zero,
    quota_can_be_counted,
)
