"""Pairs of documents for the rules of the chain: a re-export, and what its goods came with."""

from dataclasses import replace
from decimal import Decimal

from gateway.domain.permit.party import Country, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, LastReexport, Origin
from gateway.domain.permit.quantity import Quantity
from tests.builders import ISSUED
from tests.domain.rules.pair import LINE, RISK, WARNING, Pair, line, of

CAME = replace(LINE, quantity=Quantity(Decimal("1.5"), "TON"), term="MEA")
EARLIER = {("ZW", "ZW25EX0907"): of(CAME, number="ZW25EX0907")}
"""The content of the permits that are known, by country and number."""
ORIGIN = Origin(Country("ZW"), ReferencedDocument("ZW25EX0907", issued=ISSUED))
LEAVES = replace(CAME, quantity=Quantity(Decimal(1500), "KGM"), origin=ORIGIN)
HALF = replace(LEAVES, quantity=Quantity(Decimal(750), "KGM"))
WITH_ANOTHER = LastReexport(Country("CH"), ReferencedDocument("CH26RX1", issued=ISSUED))


def reexport(*lines: CitesPosition) -> Permit:
    return of(*lines, type="REEXPORT")


PAIRS: list[Pair] = [
    line("C12", "source-changed", WARNING, "10", reexport(LEAVES), sources=("W",)),
    line("Q05", "unit-changed", WARNING, "11", reexport(LEAVES),
         quantity=Quantity(Decimal(9), "NAR")),
    line("Q06", "more-than-came-in", RISK, "11", reexport(LEAVES),
         quantity=Quantity(Decimal("1500.000001"), "KGM")),
    line("Q06", "more-than-came-in", RISK, "11", reexport(HALF, replace(HALF, id="B")),
         quantity=Quantity(Decimal("750.000001"), "KGM")),
]  # fmt: skip

IN_ORDER = {
    "seized in between": reexport(replace(LEAVES, sources=("I", "R"))),
    "made into products": reexport(
        replace(LEAVES, term="LPS", quantity=Quantity(Decimal(9), "NAR"))
    ),
    "another spelling": reexport(replace(LEAVES, scientific_name="crocodylus  NILOTICUS")),
    "another taxon": reexport(
        replace(LEAVES, scientific_name="Alligator mississippiensis", sources=("W",))
    ),
    "came with another document": reexport(
        replace(LEAVES, sources=("W",), last_reexport=WITH_ANOTHER)
    ),
    "no re-export": of(replace(LEAVES, sources=("W",))),
}
"""Documents that no rule of the chain remarks on."""
