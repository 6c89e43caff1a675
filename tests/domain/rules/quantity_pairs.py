"""Pairs of documents for the rules of groups Q and K: boxes 11, 11a and 14."""

from dataclasses import replace
from decimal import Decimal

from gateway.domain.permit.position import Quota
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import PartiallyCompleted
from tests.builders import an_examination
from tests.domain.rules.pair import ERROR, LINE, RISK, WARNING, Pair, form, line, of


def pcs(amount: str, unit: str | None = "NAR") -> Quantity:
    return Quantity(Decimal(amount), unit)


MEAT = of(replace(LINE, term="MEA", quantity=pcs("25.5", "KGM")))
TONNE = replace(MEAT.positions[0], quantity=pcs("1", "TON"))
LOGS = replace(LINE, term="LOG", sources=("W",), quantity=pcs("2", "MTQ"))
VENEER = replace(LOGS, term="VEN")
ENDORSED = replace(LINE, examination=an_examination("5"))
COUNTED = of(replace(LINE, quota=Quota(pcs("500"), pcs("1000"))))


PAIRS: list[Pair] = [
    line("Q01", "more-than-permitted", ERROR, "14", of(ENDORSED), examination=an_examination("6")),
    line("Q02", "other-unit", ERROR, "14", of(ENDORSED), examination=an_examination("5", "KGM")),
    *(
        line("Q03", "unit-is-package", ERROR, "11", quantity=pcs("2", unit))
        for unit in ("BOX", "BX")
    ),
    line("Q03", "unit-not-metric", ERROR, "11", quantity=pcs("2", "PND")),
    line("Q03", "unit-not-metric", ERROR, "11", quantity=pcs("2", "ONZ")),
    line("Q03", "unit-unknown", ERROR, "11", quantity=pcs("2", "CTN")),
    line("Q04", "timber-unit", ERROR, "11", of(LOGS), quantity=pcs("2", "KGM")),
    line("Q04", "timber-unit", ERROR, "11", of(VENEER), quantity=pcs("2", "KGM")),
    line("Q07", "not-whole", ERROR, "11", quantity=pcs("2.5")),
    line("Q08", "line-not-endorsed", RISK, "14",
         of(ENDORSED, replace(ENDORSED, id="B")), examination=None),
    form("Q08", "line-not-endorsed", RISK, "14", of_line="A", examination=an_examination(None)),
    line("Q09", "quantity-missing", ERROR, "11", quantity=None),
    form("Q09", "quantity-missing", ERROR, "11", of(
        replace(LINE, quantity=None), partially_completed=PartiallyCompleted(("11",), 3)),
        of_line="A", partially_completed=PartiallyCompleted(("15",), 3)),
    line("Q09", "quantity-not-above-zero", ERROR, "11", quantity=pcs("0")),
    line("K01", "figure-missing", ERROR, "11a", COUNTED, quota=Quota(pcs("500"), None)),
    line("K01", "figure-missing", ERROR, "11a", COUNTED, quota=Quota(None, pcs("1000"))),
    line("K01", "line-not-included", ERROR, "11a", COUNTED, quota=Quota(pcs("4"), pcs("1000"))),
    line("K01", "line-not-included", ERROR, "11a", of(TONNE),
         quota=Quota(pcs("999", "KGM"), pcs("9000", "KGM"))),
    line("K01", "unit-not-stated", WARNING, "11a", MEAT,
         quota=Quota(pcs("2", None), pcs("100", None))),
    line("K02", "quota-exceeded", RISK, "11a", COUNTED, quota=Quota(pcs("1001"), pcs("1000"))),
]  # fmt: skip
