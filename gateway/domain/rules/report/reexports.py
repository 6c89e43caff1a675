"""Re-exports in the annual report: all of them together against what came in (Q06)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gateway.domain.permit.quantity import Quantity
from gateway.domain.rules.finding import Finding, risk
from gateway.domain.trace.balance import Balance


def reexports_stay_within_what_came_in(
    row: int, line: tuple[str, str], passed: Sequence[Balance]
) -> Iterator[Finding]:
    """Yield a finding for each document of which all re-exports together took more than came in.

    row: number in the report.  line: number and letter of the re-export.  passed: balances in its
    trace; those in which this line takes no part tell of other goods.
    Source: logic of boxes 12 and 12a.
    """
    for balance in passed:
        takes_part = any((use.name.number, use.position) == line for use in balance.uses)
        if not takes_part or balance.went_out is None:
            continue
        came_in = balance.came_in or Quantity(Decimal(0), balance.went_out.unit)
        yield risk(
            "Q06",
            "all-reexports",
            box="Quantity",
            position=str(row),
            value=str(balance.went_out),
            expected=str(came_in),
            number=str(balance.document),
        )
