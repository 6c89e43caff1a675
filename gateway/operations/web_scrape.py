"""Scrape of /metrics where pages for people are served alone: their counters, database, version."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from gateway.operations.health import Health
from gateway.operations.scraping import build_info, store_reachable, text_of


@dataclass(frozen=True, slots=True)
class WebScrape:
    """Renders the metrics for each scrape. folder: of `multiprocess_metrics`."""

    folder: Path
    health: Health
    version: str

    def text(self) -> bytes:
        """All metrics, in Prometheus' text format 0.0.4."""
        return text_of(self.folder, _Gauges(self))


class _Gauges(Collector):
    def __init__(self, scrape: WebScrape) -> None:
        self.scrape = scrape

    def collect(self) -> Iterator[Metric]:
        yield store_reachable(self.scrape.health.works("store"))
        yield build_info(self.scrape.version)
