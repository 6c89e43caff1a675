"""Fetching of key lists by age: each list that is due is asked for, until the gateway stops."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway.exchange.permits.paper.fetch_lists import FETCH_AGE, FetchKeyLists
from gateway.exchange.permits.paper.key_lists import PartnerKeyLists
from gateway.exchange.ports.paper.codes import KeptList, ListNotFetched
from tests.store.store_acts import clock

NOW = clock()


class Held:
    """The port `HeldKeyLists`, of two partners."""

    def received(self) -> Mapping[str, datetime]:
        return {"old": NOW - FETCH_AGE, "young": NOW - FETCH_AGE + timedelta(seconds=1)}

    def keep(self, new: KeptList, before: bytes | None) -> bool:
        raise AssertionError("no list came")


class Refusing:
    """The port `KeyListSource`, which gives none."""

    def fetch(self) -> bytes:
        raise ListNotFetched("refused (HTTP status 404)")


def fetching() -> FetchKeyLists:
    lists = PartnerKeyLists(Held(), tuple, lambda _: None, lambda: NOW)  # type: ignore[arg-type]
    return FetchKeyLists(
        {name: Refusing() for name in ("old", "young", "none")}, lists, lambda: NOW
    )


def test_lists_of_age_and_those_that_are_not_held_are_due() -> None:
    fetched = list(fetching().due(lambda: False))
    assert [each.partner for each in fetched] == ["old", "none"]
    assert {each.problem for each in fetched} == {
        "The address of its key list refused (HTTP status 404)."
    }


def test_a_gateway_that_stops_asks_for_no_more() -> None:
    asked = iter((False, True))
    assert [each.partner for each in fetching().due(lambda: next(asked))] == ["old"]
