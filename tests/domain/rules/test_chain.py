"""Chain of documents: a re-export against the document that its goods came with (C12, Q05, Q06)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from gateway.domain import rules
from gateway.domain.permit.party import Country, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, LastReexport, Origin
from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.facts import TaxonFacts
from gateway.domain.references.rows import BreedingOperation, DataKind, TradeSuspension
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.reference_data import chain
from gateway.domain.rules.references import Use
from tests.builders import ISSUED
from tests.domain.rules.pair import ANAC, LINE, RISK, WARNING, of

CAME = replace(LINE, quantity=Quantity(Decimal("1.5"), "TON"), term="MEA")
ORIGIN = Origin(Country("ZW"), ReferencedDocument("ZW25EX0907", issued=ISSUED))
LEAVES = replace(CAME, quantity=Quantity(Decimal(1500), "KGM"), origin=ORIGIN)
HALF = replace(LEAVES, quantity=Quantity(Decimal("750.000001"), "KGM"))
OF_ANOTHER = replace(
    LEAVES,
    sources=("W",),
    last_reexport=LastReexport(Country("CH"), ReferencedDocument("CH26RX1", issued=ISSUED)),
)


class NoReferences:
    """Reference data of a gateway that imported none."""

    def has(self, kind: DataKind) -> bool:
        return False

    def taxon(self, name: str) -> TaxonFacts | None:
        return None

    def suspensions(self, country: str) -> Sequence[TradeSuspension]:
        return ()

    def is_non_party(self, country: str, day: date) -> bool:
        return False

    def operation(self, number: str) -> Sequence[BreedingOperation]:
        return ()


@dataclass(frozen=True)
class OnePermit:
    """History that knows one permit, ZW25EX0907 of Zimbabwe."""

    known: Permit

    def known_to_issuer(self, country: str, number: str) -> bool | None:
        return None

    def use(self, country: str, number: str) -> Use | None:
        return None

    def permit(self, country: str, number: str) -> Permit | None:
        return self.known if (country, number) == ("ZW", "ZW25EX0907") else None


HISTORY = OnePermit(of(CAME, number="ZW25EX0907"))


def reexport(*lines: CitesPosition) -> Permit:
    return of(*lines, type="REEXPORT")


def said(permit: Permit) -> list[Finding]:
    found = rules.findings(permit, ANAC, NoReferences(), HISTORY)
    return [finding for finding in found if finding.rule in {"C12", "Q05", "Q06"}]


FAILING = [
    ("C12", WARNING, "10", "A", reexport(replace(LEAVES, sources=("W",)))),
    ("Q05", WARNING, "11", "A", reexport(replace(LEAVES, quantity=Quantity(Decimal(9), "NAR")))),
    ("Q06", RISK, "11", "A", reexport(
        replace(LEAVES, quantity=Quantity(Decimal("1500.000001"), "KGM")))),
    ("Q06", RISK, "11", "B", reexport(HALF, replace(HALF, id="B"))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "severity", "box", "line", "permit"), FAILING)
def test_a_break_in_the_chain_is_found(
    rule: str, severity: rules.Severity, box: str, line: str, permit: Permit
) -> None:
    (finding,) = said(permit)
    assert (finding.rule, finding.severity, finding.box) == (rule, severity, box)
    assert finding.position == line
    assert "ZW25EX0907" in finding.text()


@pytest.mark.parametrize(
    "permit",
    [
        reexport(LEAVES),
        reexport(replace(LEAVES, sources=("I", "R"))),
        reexport(replace(LEAVES, term="LPS", quantity=Quantity(Decimal(9), "NAR"))),
        reexport(replace(LEAVES, scientific_name="crocodylus  NILOTICUS")),
        reexport(replace(LEAVES, scientific_name="Alligator mississippiensis", sources=("W",))),
        reexport(OF_ANOTHER),
        of(replace(LEAVES, sources=("W",))),
    ],
    ids=[
        "as it came",
        "seized in between",
        "made into products",
        "another spelling of the name",
        "another taxon",
        "came with another document",
        "no re-export",
    ],
)
def test_what_is_in_order_or_not_known_has_no_finding(permit: Permit) -> None:
    assert not said(permit)


def test_without_history_nothing_is_said() -> None:
    permit = FAILING[0][4]
    assert not [each for each in rules.findings(permit, ANAC, NoReferences()) if each.rule == "C12"]


@pytest.mark.parametrize("rule", chain.RULES)
def test_each_rule_of_the_chain_stands_alone(
    rule: chain.ReferenceRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [finding.rule for *_, permit in FAILING for finding in said(permit)]
    left = tuple(each for each in rules.reference_data.RULES if each is not rule)
    monkeypatch.setattr(rules.reference_data, "RULES", left)
    after = [finding.rule for *_, permit in FAILING for finding in said(permit)]
    (gone,) = set(before) - set(after)
    assert after == [each for each in before if each != gone]
