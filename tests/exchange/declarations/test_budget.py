"""Call budget: a declaration with many permits asks for some of them, for a while, and says so.

A permit with another token is another question.
"""

from decimal import Decimal
from itertools import count

import pytest

from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.budget import AskBudget
from tests.exchange.declarations.office import CROCODILES, OFFICER, an_office

MANY = CustomsDeclaration(
    "26ZA1",
    tuple(
        DeclarationLine(
            str(place), *CROCODILES, token=f"T-{place}", position="A", quantity=Quantity(Decimal(0))
        )
        for place in range(1, 31)
    ),
)


def test_a_check_asks_for_so_many_permits_and_says_which_are_left(url: str) -> None:
    with an_office(url, budget=AskBudget(3, 60, lambda: 0)) as office:
        verdict = office.check.check(MANY)
        assert len(office.partners["MZ"].asked) == 3
        said = [str(line.fields[0].sentence) for line in verdict.lines[3:]]
        assert all("asked for 3 permits" in each and "is left" in each for each in said)
        assert {line.agreement.value for line in verdict.lines[3:]} == {"unknown"}
        with pytest.raises(DeclarationInvalid, match="Divide the declaration"):
            office.act.reserve(MANY, OFFICER)
        assert len(office.partners["MZ"].asked) <= 6


def test_a_check_asks_for_so_long(url: str) -> None:
    ticks = count(step=10)
    with an_office(url, budget=AskBudget(25, 60, lambda: next(ticks))) as office:
        verdict = office.check.check(MANY)
        assert len(office.partners["MZ"].asked) == 5
        assert "asked for 60 s" in str(verdict.lines[-1].fields[0].sentence)


def test_one_permit_of_many_lines_is_one_question(url: str) -> None:
    lines = tuple(DeclarationLine(str(place), "MZ", "MZ26EX000001") for place in range(1, 31))
    with an_office(url, budget=AskBudget(1, 60, lambda: 0)) as office:
        office.check.check(CustomsDeclaration("26ZA1", lines))
        assert len(office.partners["MZ"].asked) == 1


def test_an_act_that_took_too_long_can_be_tried_again(url: str) -> None:
    ticks = count(step=100)
    with (
        an_office(url, budget=AskBudget(25, 60, lambda: next(ticks))) as office,
        pytest.raises(ServiceUnavailable, match="fewer lines"),
    ):
        office.act.reserve(MANY, OFFICER)
