"""Page of quotas: for the authority and operators of the country, in three languages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gateway.domain.quotas.account import QuotaAccount, Used
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import ExportQuota
from gateway.domain.references.taxa import Taxon
from gateway.web.quotas.pages import Bar, bar_of
from tests.reference_data import put
from tests.web.people.conftest import Desk

QUOTA = ExportQuota(
    1,
    "MZ",
    Decimal(20),
    "",
    Limits(frozenset({"SKI"}), frozenset(), frozenset()),
    Period(date(2026, 1, 1), date(2026, 12, 31)),
)
LEOPARD = Taxon(1, "Panthera pardus <b>", "SPECIES")
ACCOUNT = QuotaAccount(
    QUOTA,
    LEOPARD,
    "MZ",
    Used(),
    (),
    date(2026, 4, 10),
    date(2026, 1, 1),
    date(2026, 12, 31),
)


def listed(desk: Desk) -> None:
    notes = replace(QUOTA, taxon_id=2, unit=None, amount=Decimal(-1), limits=Limits())
    elsewhere = replace(QUOTA, exporter="ZA", amount=Decimal(77))
    put(desk.gateway.store.reference_data, "1", taxa=(LEOPARD,), quotas=(QUOTA, notes, elsewhere))


@pytest.mark.slow
def test_the_authority_and_operators_see_quotas_and_nobody_else_does(desk: Desk) -> None:
    visitor = desk.signed_in("authority")
    assert "No quota of this year" in visitor.get("/quotas").words
    listed(desk)
    page = visitor.get("/quotas")
    assert page.status == 200
    assert "Quotas of 2026" in page.words and "Panthera pardus <b>" in page.words
    assert "<b>" not in page.text and "77" not in page.words
    assert "20 NAR" in page.words and "stated in its notes" in page.words
    assert '<rect class="used" y="2" width="0"' in page.text and "style=" not in page.text
    assert "further quotas" not in page.words and "Terms: SKI" in page.words
    assert "Quotas" in visitor.get("/").words
    odd = "year=%D9%A2%D9%A0%D9%A2%D9%A5"
    for query, year in (("year=2025", 2025), (odd, 2026), ("year=9999", 2026)):
        assert f"Quotas of {year}" in visitor.get("/quotas", query).words
    visitor.get("/quotas")
    visitor.post("/language", {"language": "fr", "next": "/quotas"})
    assert "Quotas de 2026" in visitor.get("/quotas").words
    assert desk.signed_in("operator").get("/quotas").status == 200
    for name in ("customs", "auditor"):
        other = desk.signed_in(name)
        assert other.get("/quotas").status in (403, 404)
        assert "/quotas" not in other.get("/").text
    assert desk.visitor().get("/quotas").status in (303, 403)


def test_an_account_says_what_is_left_and_where_the_year_leads() -> None:
    used = Used(confirmed=Decimal(5), permitted=Decimal(2), reserved=Decimal("3.5"), lines=4)
    account = replace(ACCOUNT, used=used)
    assert (account.left, account.is_passed) == (Decimal("9.5"), False)
    assert account.projected == Decimal("38.325000")  # 10.5 in 100 of 365 days
    assert bar_of(account) == Bar("35", "17.5", "100")
    passed = replace(account, used=replace(used, reserved=Decimal(33)))
    assert (passed.left, passed.is_passed) == (-20, True)
    assert bar_of(passed) == Bar("17.5", "82.5", "50")
    assert replace(account, today=date(2027, 1, 1)).projected is None
    in_words = replace(account, quota=replace(QUOTA, limits=Limits()))
    assert (in_words.left, in_words.is_passed, bar_of(in_words)) == (None, False, None)
    nothing = replace(account, quota=replace(QUOTA, amount=Decimal(0)))
    assert nothing.is_passed and bar_of(nothing) is None


def test_a_quota_of_many_years_is_projected_over_the_year_that_is_counted() -> None:
    many_years = replace(QUOTA, period=Period(date(2020, 1, 1), date(2029, 12, 31)))
    used = Used(permitted=Decimal(10), lines=1)
    account = replace(ACCOUNT, quota=many_years, used=used)
    assert account.projected == Decimal("36.500000")  # 10 in 100 of 365 days
    assert replace(account, begins=date(2025, 1, 1), ends=date(2025, 12, 31)).projected is None
