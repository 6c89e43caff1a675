"""View of quota accounts: a table of all, and one in lines."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich import box
from rich.table import Table

from gateway.cli.console import plain
from gateway.domain.foreign_text import one_line
from gateway.domain.permit.quantity import plain as amount
from gateway.domain.quotas.account import QuotaAccount, Used
from gateway.domain.references.periods import Codes

_MAX_WORDS = 300


def table(accounts: Sequence[QuotaAccount]) -> Table:
    """A row for each account."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    columns = ("Taxon", "Quota", "Unit", "For", "Used", "Basis", "Reserved", "Left", "Projected")
    for column in columns:
        is_number = column in ("Quota", "Used", "Reserved", "Left", "Projected")
        shown.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for each in accounts:
        left = _number(each.left)
        row = (
            f"{each.country} {_name(each)}",
            _quota(each),
            _unit(each),
            _limits(each),
            amount(each.used.used),
            each.used.basis.value,
            amount(each.used.reserved),
            f"{left} PASSED" if each.is_passed else left,
            _number(each.projected),
        )
        shown.add_row(*map(plain, row))
    return shown


def remarks(accounts: Sequence[QuotaAccount]) -> Iterator[str]:
    """Lines below the table, on what it does not count."""
    passed = sum(each.is_passed for each in accounts)
    if passed:
        yield f"! {passed:,} of {len(accounts):,} quotas are passed by the permits of this gateway."
    if any(each.limit is None for each in accounts):
        yield "  Left is - where a quota is stated in its notes: `quotas show TAXON` has them."
    other = sum(each.used.other_units for each in accounts)
    if other:
        yield f"  {other:,} lines are in a unit that cannot be compared with their quota."


def lines(account: QuotaAccount) -> Iterator[str]:
    """Lines on one account, for a person."""
    period = account.quota.period
    begins = period.begins.isoformat() if period.begins else "-"
    ends = period.ends.isoformat() if period.ends else "-"
    yield (
        f"{account.country} {_name(account)}: quota of {_quota(account)} {_unit(account)}"
        f" ({_limits(account)}), {begins} to {ends}"
    )
    yield f"  Used {amount(account.used.used)} (basis: {account.used.basis.value})"
    yield f"  Reserved by open permits {amount(account.used.reserved)}"
    passed = ", PASSED" if account.is_passed else ""
    yield f"  Left {_number(account.left)}{passed}"
    if account.projected is not None:
        yield f"  Projected to the end of the period {amount(account.projected)}, linear by day"
    for code, used in account.by_authority:
        yield (
            f"  {code}: used {amount(used.used)}, reserved {amount(used.reserved)},"
            f" {used.lines + used.other_units:,} lines"
        )
    if account.used.other_units:
        yield f"  {account.used.other_units:,} lines are in another unit and not counted."
    if account.quota.notes:
        words = one_line(account.quota.notes)
        yield f"  Notes: {words[:_MAX_WORDS]}{'…' if len(words) > _MAX_WORDS else ''}"


def as_json(account: QuotaAccount) -> dict[str, object]:
    """The same for a program."""
    quota, period = account.quota, account.quota.period
    return {
        "country": account.country,
        "taxon_id": quota.taxon_id,
        "taxon": account.taxon.name if account.taxon else None,
        "quota": amount(quota.amount),
        "unit": quota.unit,
        "terms": _codes(quota.limits.terms),
        "sources": _codes(quota.limits.sources),
        "purposes": _codes(quota.limits.purposes),
        "begins": period.begins.isoformat() if period.begins else None,
        "ends": period.ends.isoformat() if period.ends else None,
        "today": account.today.isoformat(),
        **_used(account.used),
        "basis": account.used.basis.value,
        "left": None if account.left is None else amount(account.left),
        "passed": account.is_passed,
        "projected": None if account.projected is None else amount(account.projected),
        "authorities": {code: _used(used) for code, used in account.by_authority},
        "notes": quota.notes,
    }


def _used(used: Used) -> dict[str, object]:
    return {
        "used": amount(used.used),
        "used_confirmed": amount(used.confirmed),
        "used_permitted": amount(used.permitted),
        "reserved": amount(used.reserved),
        "lines": used.lines,
        "lines_in_other_units": used.other_units,
    }


def _name(account: QuotaAccount) -> str:
    return account.taxon.name if account.taxon else f"taxon {account.quota.taxon_id}"


def _quota(account: QuotaAccount) -> str:
    return "in its notes" if account.quota.amount < 0 else amount(account.quota.amount)


def _unit(account: QuotaAccount) -> str:
    unit = account.quota.unit
    return "not stated" if unit is None else unit or "NAR"


def _limits(account: QuotaAccount) -> str:
    limits = account.quota.limits
    if not limits.are_stated:
        return "in its notes"
    named = (("terms", limits.terms), ("sources", limits.sources), ("purposes", limits.purposes))
    stated = [f"{name} {' '.join(sorted(codes))}" for name, codes in named if codes]
    return "; ".join(stated) or "all"


def _codes(codes: Codes) -> list[str] | None:
    return None if codes is None else sorted(codes)


def _number(found: Decimal | None) -> str:
    return "-" if found is None else amount(found)
