"""Validity period: box 2 against box 13 and the limit of the document type (rules V01 to V04)."""

import calendar
from collections.abc import Iterator
from datetime import date

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding, Rule, error


def months_later(day: date, months: int) -> date:
    """Return the same day a number of months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def period_is_within_the_limit(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Longest validity, by document type.

    V01: six months for export and re-export.  V02: twelve for import, introduction from the sea and
    certificate of origin.  V03: thirty-six for exhibition, ownership and musical instruments.
    V04: six for sample collections.
    Days count as written, in the time zone they were written in.
    Source: 50 CFR 23.54(b); Reg. (EC) 865/2006, Article 10 and Annex I, note 2.
    """
    months = permit.document_type.months
    if months is None or permit.issued_at is None or permit.valid_until is None:
        return
    last = months_later(permit.issued_at.date(), months)
    if permit.valid_until.date() > last:
        rule = "V04" if permit.type == "SAMPLECOLL" else {6: "V01", 12: "V02"}.get(months, "V03")
        until = str(permit.valid_until.date())
        yield error(rule, "period-too-long", box="2", value=until, expected=str(last))


def carnet_is_named(permit: Permit, _: Authority) -> Iterator[Finding]:
    """A sample collection travels with an ATA carnet, whose number is stated.

    Source: 50 CFR 23.23(e)(12).
    """
    if permit.type != "SAMPLECOLL":
        return
    transport = permit.transport
    stated = " ".join(
        (*permit.special_conditions, transport.name or "" if transport else "")
    ).casefold()
    if "carnet" not in stated and "ata" not in stated.split():
        yield error("V04", "carnet-missing", box="5")


RULES: tuple[Rule, ...] = (period_is_within_the_limit, carnet_is_named)
