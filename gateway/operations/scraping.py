"""What does /metrics show? The counts of every worker added up, and what is looked at only when somebody asks."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from gateway.operations.health import Health

Expiries = Callable[[], Iterable[tuple[str, float]]]
"""Gives (purpose of a certificate, days until it expires; below zero once it has). Purposes are few and fixed."""

Waiting = Callable[[], Iterable[tuple[str, int, float]]]
"""Gives (state, how many confirmations in the outbox are in it, seconds since the oldest of them was made)."""

_STORE = "store"


@dataclass(frozen=True, slots=True)
class Scrape:
    """folder: where the workers count.  version: of the gateway."""

    folder: Path
    health: Health
    expiries: Expiries
    outbox: Waiting
    clock_off_seconds: Callable[[], float]
    version: str

    def text(self) -> bytes:
        """Everything, in Prometheus' text format 0.0.4."""
        for count in self.folder.glob("gauge_live*_*.db"):
            process = int(count.stem.rpartition("_")[2])
            if not _lives(process):
                mark_process_dead(process, str(self.folder))  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self.folder))  # type: ignore[no-untyped-call]
        registry.register(_House(self))
        return generate_latest(registry)


class _House(Collector):
    def __init__(self, scrape: Scrape) -> None:
        self.scrape = scrape

    def collect(self) -> Iterator[Metric]:
        reachable = self.scrape.health.works(_STORE)
        yield GaugeMetricFamily("epix_store_reachable", "1 where the database answers, else 0.", float(reachable))
        if reachable:
            yield from self._outbox()
        days = GaugeMetricFamily(
            "epix_certificate_days_left", "Days until the first certificate of a purpose expires.", labels=("purpose",)
        )
        soonest: dict[str, float] = {}
        for purpose, left in self.scrape.expiries():
            soonest[purpose] = min(left, soonest.get(purpose, left))
        for purpose, left in soonest.items():
            days.add_metric((purpose,), left)
        yield days
        jumped = "Seconds that the clock of this machine jumped since the gateway started; below zero: back."
        yield GaugeMetricFamily("epix_clock_jumped_seconds", jumped, self.scrape.clock_off_seconds())
        build = GaugeMetricFamily("epix_build_info", "1; which software this is.", labels=("version", "python"))
        build.add_metric((self.scrape.version, platform.python_version()), 1.0)
        yield build

    def _outbox(self) -> Iterator[Metric]:
        count = GaugeMetricFamily("epix_outbox", "Confirmations that no partner has yet, by state.", labels=("state",))
        age = GaugeMetricFamily("epix_outbox_oldest_seconds", "Age of the oldest of them.", labels=("state",))
        for state, waiting, seconds in self.scrape.outbox():
            count.add_metric((state,), waiting)
            age.add_metric((state,), seconds)
        yield count
        yield age


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
