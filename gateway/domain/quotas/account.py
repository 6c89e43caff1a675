"""Quota account: a published quota, with the quantities used, reserved and left.

Used is what customs counted, where they did; else what was permitted on a permit that is final or
has expired. Reserved is what is left of open permits.
Source: Res. Conf. 14.7; rules K03 to K09.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum

from gateway.domain.permit.quantity import Quantity
from gateway.domain.quotas.lines import TradeSum
from gateway.domain.references.rows import ExportQuota
from gateway.domain.references.taxa import Taxon

_EXACT_DIGITS = 120


class Basis(StrEnum):
    """What the used quantity was taken from."""

    CONFIRMED = "confirmed"
    PERMITTED = "permitted"
    BOTH = "confirmed and permitted"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Used:
    """Quantities under a quota, in its unit.

    confirmed, permitted, reserved: as of `TradeSum`.  lines: of permits.
    other_units: lines whose unit cannot be compared with that of the quota; they are not in it.
    """

    confirmed: Decimal = Decimal(0)
    permitted: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    lines: int = 0
    other_units: int = 0

    @property
    def used(self) -> Decimal:
        """The exported amount, as far as it is known."""
        return self.confirmed + self.permitted

    @property
    def total(self) -> Decimal:
        """The amount that was exported, or may still be."""
        return self.used + self.reserved

    @property
    def basis(self) -> Basis:
        """What the used quantity was taken from."""
        if self.confirmed and self.permitted:
            return Basis.BOTH
        if self.confirmed:
            return Basis.CONFIRMED
        return Basis.PERMITTED if self.permitted else Basis.NONE


def used_of(sums: Iterable[TradeSum], unit: str | None) -> Used:
    """Add sums up in a unit, exactly."""
    confirmed = permitted = reserved = Decimal(0)
    lines = other_units = 0
    with localcontext() as exact:
        exact.prec = _EXACT_DIGITS
        for each in sums:
            if not Quantity(Decimal(0), each.unit).like(Quantity(Decimal(0), unit)):
                other_units += each.lines
                continue
            lines += each.lines
            confirmed += _in(each.confirmed, each.unit, unit)
            permitted += _in(each.permitted, each.unit, unit)
            reserved += _in(each.reserved, each.unit, unit)
    return Used(confirmed, permitted, reserved, lines, other_units)


def _in(amount: Decimal, unit: str | None, wanted: str | None) -> Decimal:
    return Quantity(Decimal(0), wanted).plus(Quantity(amount, unit)).amount


@dataclass(frozen=True, slots=True)
class QuotaAccount:
    """Account of a published quota.

    taxon: None where the list of taxa does not have it.
    country: of the authorities.  by_authority: what their permits took, by code.
    used: of all of them together, as a quota is that of a country.
    today: day of the account.
    begins, ends: first and last day whose permits count.
    """

    quota: ExportQuota
    taxon: Taxon | None
    country: str
    used: Used
    by_authority: tuple[tuple[str, Used], ...]
    today: date
    begins: date
    ends: date

    @property
    def limit(self) -> Quantity | None:
        """The quota as a quantity; None where its notes say it."""
        return self.quota.limit

    @property
    def left(self) -> Decimal | None:
        """What is neither used nor reserved, below zero where it was passed; None without limit."""
        return self.limit.amount - self.used.total if self.limit else None

    @property
    def is_passed(self) -> bool:
        """Whether more was permitted than the quota."""
        return self.left is not None and self.left < 0

    @property
    def projected(self) -> Decimal | None:
        """Used and reserved at the end of the days that count, if permits go on as until today.

        Linear by day. None where these days have not begun, or are over.
        """
        if not self.begins <= self.today <= self.ends:
            return None
        gone, whole = (self.today - self.begins).days + 1, (self.ends - self.begins).days + 1
        return (self.used.total * whole / gone).quantize(Decimal("0.000001"))
