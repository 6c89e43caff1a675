"""Result cache: one computation for many requests, for a while."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.result_cache import ResultCache
from tests.store.store_acts import clock


class Costly:
    """A computation that counts its calls. seconds: of the monotonic clock."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.seconds = 0.0
        self.fails = False
        self.cache = ResultCache(self.compute, 60, clock, lambda: self.seconds)

    def compute(self, year: int) -> str:
        self.asked.append(year)
        if self.fails:
            raise ServiceUnavailable("full")
        return f"{year} at {self.seconds}"


def test_a_result_counts_for_so_many_seconds() -> None:
    costly = Costly()
    for seconds, value in ((0, "2026 at 0"), (59.9, "2026 at 0"), (60, "2026 at 60"), (61, None)):
        costly.seconds = seconds
        found = costly.cache.get(2026)
        assert value is None or found.value == value
        assert found.at == clock()
    assert costly.asked == [2026, 2026]


def test_an_error_is_not_kept() -> None:
    costly = Costly()
    costly.fails = True
    with pytest.raises(ServiceUnavailable):
        costly.cache.get(2026)
    costly.fails = False
    assert costly.cache.get(2026).value == "2026 at 0.0"


def test_of_very_many_keys_few_results_are_kept() -> None:
    costly = Costly()
    for year in range(1975, 2201):
        costly.cache.get(year)
    assert len(costly.cache._results) == 8
    costly.cache.get(2200)
    assert costly.asked.count(2200) == 1
    costly.cache.get(1975)
    assert costly.asked.count(1975) == 2


def test_requests_that_come_together_are_one_computation() -> None:
    costly, together = Costly(), Barrier(8)

    def ask(_: int) -> str:
        together.wait()
        return costly.cache.get(2026).value

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {"2026 at 0.0"}
    assert costly.asked == [2026]
