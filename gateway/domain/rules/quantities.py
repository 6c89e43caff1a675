"""Quantities, units and quota figures: boxes 11, 11a and 14 (groups Q and K)."""

from collections.abc import Iterator

from gateway.domain.codes import code_list, current_unit, is_imperial, is_package
from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.rules.finding import Finding, Rule, error, risk, warning

_SPECIMENS = current_unit(None)
_USUAL_UNITS = "NAR KGM MTQ MTK LTR"
UNITS_OF_TIMBER = {
    "LOG": frozenset({"MTQ"}),
    "SAW": frozenset({"MTQ"}),
    "VEN": frozenset({"MTQ", "MTK"}),
    "PLY": frozenset({"MTQ", "MTK"}),
}
"""Description code of timber -> units in which it is measured. Source: 50 CFR 23.23(c)(12)(iii)."""


def each_line_has_a_quantity(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 11, above zero. Source: 50 CFR 23.23(c)(12); a permit for nothing permits nothing."""
    for line in permit.positions:
        if line.quantity is None and permit.left_to_holder("11"):
            continue
        if line.quantity is None:
            yield error("Q09", "quantity-missing", box="11", position=line.id)
        elif not line.quantity.amount > 0:
            yield error(
                "Q09",
                "quantity-not-above-zero",
                box="11",
                position=line.id,
                value=str(line.quantity),
            )


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
            yield error("Q07", "not-whole", box="11", position=line.id, value=str(quantity))


def units_are_metric(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 11: metric, and never a case, box or batch. Source: 50 CFR 23.23(c)(12)."""
    for line in permit.positions:
        if line.quantity is None:
            continue
        unit, written = line.quantity.current_unit, line.quantity.written_unit
        if unit not in code_list("units"):
            yield error(
                "Q03",
                "unit-unknown",
                box="11",
                position=line.id,
                value=written,
                expected=_USUAL_UNITS,
            )
        elif is_package(unit):
            yield error("Q03", "unit-is-package", box="11", position=line.id, value=written)
        elif is_imperial(unit):
            yield error("Q03", "unit-not-metric", box="11", position=line.id, value=written)


def timber_is_measured(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Logs and sawn wood in cubic metres; veneer and plywood in square or cubic metres.

    Source: 50 CFR 23.23(c)(12)(iii).
    """
    for line in permit.positions:
        expected = UNITS_OF_TIMBER.get(line.term or "")
        if expected and line.quantity and line.quantity.current_unit not in expected:
            yield error(
                "Q04",
                "timber-unit",
                box="11",
                position=line.id,
                value=line.quantity.written_unit,
                expected=" ".join(sorted(expected)),
                term=code_list("terms")[line.term or ""],
            )


def endorsement_stays_within_the_permit(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 14, where it is filled: no more than box 11 (Q01). Source: 50 CFR 23.26(c)(18)."""
    for line in permit.positions:
        seen = line.examination.quantity if line.examination else None
        if seen and line.quantity and _is_less(line.quantity, seen):
            yield error(
                "Q01",
                "more-than-permitted",
                box="14",
                position=line.id,
                value=str(seen),
                expected=str(line.quantity),
            )


def endorsement_has_the_unit_of_box_11(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 14, where it is filled: the unit of box 11 (Q02). Source: 50 CFR 23.23(c)(21)(i)."""
    for line in permit.positions:
        seen = line.examination.quantity if line.examination else None
        if seen and line.quantity and not seen.like(line.quantity):
            yield error(
                "Q02",
                "other-unit",
                box="14",
                position=line.id,
                value=seen.written_unit,
                expected=line.quantity.written_unit,
            )


def endorsement_covers_every_line(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 14: where customs endorsed a part of the document, the other lines are missing (Q08).

    A document without any endorsement has not left yet, or is shown as it was issued.
    Source: 50 CFR 23.26(d)(11); CoP15 Doc. 18, Annex 11.
    """
    blank = [
        line for line in permit.positions if not (line.examination and line.examination.quantity)
    ]
    is_begun = permit.examination is not None or len(blank) < len(permit.positions)
    if permit.document_type.endorsed and is_begun:
        for line in blank:
            yield risk("Q08", "line-not-endorsed", box="14", position=line.id)


def quota_shows_both_figures(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 11a: used this year including this permit, of the annual quota (K01).

    Source: 50 CFR 23.23(e)(5).
    """
    for line in permit.positions:
        if line.quota is None:
            continue
        used = line.quota.used_to_date
        if used is None or line.quota.annual is None:
            yield error("K01", "figure-missing", box="11a", position=line.id)
            continue
        unit = line.quantity.current_unit if line.quantity else _SPECIMENS
        if used.unit is None and unit != _SPECIMENS:
            yield warning("K01", "unit-not-stated", box="11a", position=line.id, expected=unit)
        if line.quantity and _is_less(used, line.quantity):
            yield error(
                "K01",
                "line-not-included",
                box="11a",
                position=line.id,
                value=str(used),
                expected=str(line.quantity),
            )


def quota_is_not_exceeded(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 11a: no more used than the annual quota (K02). Source: arithmetic."""
    for line in permit.positions:
        used = line.quota.used_to_date if line.quota else None
        annual = line.quota.annual if line.quota else None
        if used and annual and _is_less(annual, used):
            yield risk(
                "K02",
                "quota-exceeded",
                box="11a",
                position=line.id,
                value=str(used),
                expected=str(annual),
            )


def _is_less(left: Quantity, right: Quantity) -> bool:
    return left.like(right) and left.is_less_than(right)


RULES: tuple[Rule, ...] = (
    each_line_has_a_quantity,
    specimens_are_whole,
    units_are_metric,
    timber_is_measured,
    endorsement_stays_within_the_permit,
    endorsement_has_the_unit_of_box_11,
    endorsement_covers_every_line,
    quota_shows_both_figures,
    quota_is_not_exceeded,
)
