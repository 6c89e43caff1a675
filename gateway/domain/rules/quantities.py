"""Quantities, units and quota figures: boxes 11, 11a and 14 (rules Q01 to Q09, K01, K02)."""

from collections.abc import Iterator

from gateway.domain.codes import code_list, current_unit, is_imperial, is_package
from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity, plain
from gateway.domain.rules.finding import Finding, Rule, error, warning

_SPECIMENS = current_unit(None)
_UNITS_OF_TIMBER = {
    "LOG": frozenset({"MTQ"}),
    "SAW": frozenset({"MTQ"}),
    "VEN": frozenset({"MTQ", "MTK"}),
    "PLY": frozenset({"MTQ", "MTK"}),
}


def each_line_has_a_quantity(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 11, above zero. Source: 50 CFR 23.23(c)(12); a permit for nothing permits nothing."""
    for line in permit.positions:
        if line.quantity is None:
            yield error("Q09", "The quantity is missing.", box="11", position=line.id)
        elif not line.quantity.amount > 0:
            yield error("Q09", "The quantity must be above zero.", box="11", position=line.id)


def specimens_are_whole(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Counts are whole; mass, volume, area and length may have decimals.

    Source: guidelines for annual reports.
    """
    for line in permit.positions:
        quantity = line.quantity
        if (
            quantity
            and quantity.is_count
            and quantity.amount != quantity.amount.to_integral_value()
        ):
            text = f"{quantity} is no whole number, but specimens are counted."
            yield error("Q07", text, box="11", position=line.id)


def units_are_metric(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 11: metric, and never a case, box or batch. Source: 50 CFR 23.23(c)(12)."""
    for line in permit.positions:
        unit = current_unit(line.quantity.unit) if line.quantity else "NAR"
        if unit not in code_list("units"):
            text = f"{unit} is no unit of the list; expected for instance NAR, KGM, MTQ, MTK, LTR."
            yield error("Q03", text, box="11", position=line.id)
        elif is_package(unit):
            yield error(
                "Q03", f"{unit} is a package, not a unit of quantity.", box="11", position=line.id
            )
        elif is_imperial(unit):
            yield error("Q03", f"{unit} is not metric.", box="11", position=line.id)


def timber_is_measured(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Logs and sawn wood in cubic metres; veneer and plywood in square or cubic metres.

    Source: 50 CFR 23.23(c)(12)(iii).
    """
    for line in permit.positions:
        expected = _UNITS_OF_TIMBER.get(line.term or "")
        if expected and line.quantity and line.quantity.current_unit not in expected:
            text = (
                f"{line.term} in {line.quantity.current_unit}; expected"
                f" {' or '.join(sorted(expected))}."
            )
            yield error("Q04", text, box="11", position=line.id)


def export_stays_within_the_permit(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 14, where it is filled: the unit of box 11 (Q02), and no more than box 11 (Q01).

    Source: 50 CFR 23.23(c)(21), 23.26(c)(18).
    """
    for line in permit.positions:
        seen = line.examination.quantity if line.examination else None
        if seen is None or line.quantity is None:
            continue
        if not seen.like(line.quantity):
            text = (
                f"Box 14 counts in {seen.current_unit}; expected {line.quantity.current_unit} as in"
                " box 11."
            )
            yield error("Q02", text, box="14", position=line.id)
        elif line.quantity.is_less_than(seen):
            yield error(
                "Q01",
                f"{seen} is more than the {line.quantity} of box 11.",
                box="14",
                position=line.id,
            )


def quota_shows_both_figures(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 11a: used this year including this permit, of the annual quota.

    Source: 50 CFR 23.23(e)(5).
    """
    for line in permit.positions:
        if line.quota is None:
            continue
        used, annual = line.quota.used_to_date, line.quota.annual
        if used is None or annual is None:
            text = (
                "A quota needs both figures: exported this year including this permit, and the"
                " annual quota."
            )
            yield error("K01", text, box="11a", position=line.id)
            continue
        if used.unit is None and line.quantity and line.quantity.current_unit != _SPECIMENS:
            text = (
                f"The quota states no unit; box 11 is in {line.quantity.current_unit}. It is shown"
                " as a number of specimens."
            )
            yield warning("K01", text, box="11a", position=line.id)
        if _less(used, line.quantity):
            text = (
                f"{plain(used.amount)} exported this year is less than this line alone; it must be"
                " included."
            )
            yield error("K01", text, box="11a", position=line.id)
        if _less(annual, used):
            text = (
                f"{plain(used.amount)} of a quota of {plain(annual.amount)}: the quota is exceeded."
            )
            yield warning("K02", text, box="11a", position=line.id)


def _less(left: Quantity, right: Quantity | None) -> bool:
    return right is not None and left.like(right) and left.is_less_than(right)


RULES: tuple[Rule, ...] = (
    each_line_has_a_quantity,
    specimens_are_whole,
    units_are_metric,
    timber_is_measured,
    export_stays_within_the_permit,
    quota_shows_both_figures,
)
