"""Scrape of /metrics: counters of all workers added up, and gauges read at the time of the scrape.

The gauges are about database, certificates, clock, outbox, availability of partners and version.
"""

import os
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from gateway.exchange.availability.history import OperationHistory, PartnerHistory
from gateway.exchange.ports.national.sync import SyncFigures
from gateway.operations.health import Health

Expiries = Callable[[], Iterable[tuple[str, float]]]
"""Returns (purpose of a certificate, days until it expires, negative after that).

Purposes are few and fixed.
"""

OutboxStates = Callable[[], Iterable[tuple[str, int, float]]]
"""Returns (state, confirmations of the outbox in that state, seconds since the oldest was made)."""

AnchorAges = Callable[[], Iterable[tuple[str, float]]]
"""Returns (place where journal heads are kept, seconds since the newest there was sealed)."""

Labelled = Callable[[], Iterable[tuple[str, float]]]
"""Returns (value of the label, figure); labels are few: keys of partners, names of folders."""

ActiveAlerts = Callable[[], Iterable[tuple[str, str]]]
"""Returns (kind, key of the partner or empty) of each alert that is true now."""

_STORE = "store"


def text_of(folder: Path, gauges: Collector) -> bytes:
    """Counters of the workers of a folder, and gauges, in Prometheus' text format 0.0.4."""
    # A worker that was killed would count as answering for ever.
    for gauge_file in folder.glob("gauge_live*_*.db"):
        process = int(gauge_file.stem.rpartition("_")[2])
        if not _is_alive(process):
            mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(gauges)
    return generate_latest(registry)


@dataclass(frozen=True, slots=True)
class Scrape:
    """Renders the metrics for each scrape.

    folder: of `multiprocess_metrics`.
    clock_off_seconds: see gateway/exchange/service/clock_jump.py.
    suspended_permits: number of permits that are not what was recorded of them.
    version: of the gateway.
    anchors: None where heads are kept nowhere else.
    unsealed_seconds: age of the oldest journal record that is not sealed yet.
    alerts: of the last look.  disks: share that is free, by place.
    partner_days: days until the client certificate of a partner ends, by partner.
    replica_lag: seconds; None where there is no replica.
    availability: of each partner, by the hour.
    sources: national sources that are synchronised.
    """

    folder: Path
    health: Health
    expiries: Expiries
    outbox: OutboxStates
    clock_off_seconds: Callable[[], float]
    suspended_permits: Callable[[], int]
    version: str
    anchors: AnchorAges | None = None
    unsealed_seconds: Callable[[], float] | None = None
    alerts: ActiveAlerts = tuple
    disks: Labelled = tuple
    partner_days: Labelled = tuple
    replica_lag: Callable[[], float | None] = lambda: None
    availability: Callable[[], Iterable[PartnerHistory]] = tuple
    sources: Callable[[], Iterable[SyncFigures]] = tuple

    def text(self) -> bytes:
        """All metrics, in Prometheus' text format 0.0.4."""
        return text_of(self.folder, _ScrapedGauges(self))


class _ScrapedGauges(Collector):
    def __init__(self, scrape: Scrape) -> None:
        self.scrape = scrape

    def collect(self) -> Iterator[Metric]:
        reachable = self.scrape.health.works(_STORE)
        yield store_reachable(reachable)
        yield self._alerts()
        yield _labelled(
            "epix_disk_free_ratio", "Share of a disk that is free.", "place", self.scrape.disks()
        )
        if reachable:
            yield from self._of_database()
        days = GaugeMetricFamily(
            "epix_certificate_days_left",
            "Days until the first certificate of a purpose expires.",
            labels=("purpose",),
        )
        soonest: dict[str, float] = {}
        for purpose, left in self.scrape.expiries():
            soonest[purpose] = min(left, soonest.get(purpose, left))
        for purpose, left in soonest.items():
            days.add_metric((purpose,), left)
        yield days
        jumped = (
            "Seconds that the clock of this machine jumped since the gateway started; below zero:"
            " back."
        )
        yield GaugeMetricFamily(
            "epix_clock_jumped_seconds", jumped, self.scrape.clock_off_seconds()
        )
        yield build_info(self.scrape.version)

    def _of_database(self) -> Iterator[Metric]:
        yield _labelled(
            "epix_partner_certificate_days_left",
            "Days until the client certificate that a partner has shown expires.",
            "partner",
            self.scrape.partner_days(),
        )
        lag = self.scrape.replica_lag()
        if lag is not None:
            yield GaugeMetricFamily(
                "epix_replica_lag_seconds", "How far the read replica is behind.", lag
            )
        yield from _availability(self.scrape.availability())
        yield from _sources(self.scrape.sources())
        yield from self._outbox()
        yield from self._journal()
        yield GaugeMetricFamily(
            "epix_suspended_permits",
            "Permits that are not what was recorded of them, and answered to nobody.",
            self.scrape.suspended_permits(),
        )

    def _alerts(self) -> Metric:
        found = GaugeMetricFamily(
            "epix_alerts", "Alerts that are true now.", labels=("kind", "partner")
        )
        for labels, count in Counter(self.scrape.alerts()).items():
            found.add_metric(labels, count)
        return found

    def _journal(self) -> Iterator[Metric]:
        if unsealed := self.scrape.unsealed_seconds:
            yield GaugeMetricFamily(
                "epix_journal_unsealed_seconds",
                "Age of the oldest record of the journal that is not sealed yet; 0 for none.",
                unsealed(),
            )
        if anchors := self.scrape.anchors:
            age = GaugeMetricFamily(
                "epix_journal_anchor_age_seconds",
                "Time since the newest head that is kept in another place was sealed.",
                labels=("anchor",),
            )
            for name, seconds in anchors():
                age.add_metric((name,), seconds)
            yield age

    def _outbox(self) -> Iterator[Metric]:
        count = GaugeMetricFamily(
            "epix_outbox", "Confirmations that no partner has yet, by state.", labels=("state",)
        )
        age = GaugeMetricFamily(
            "epix_outbox_oldest_seconds", "Age of the oldest of them.", labels=("state",)
        )
        for state, waiting, seconds in self.scrape.outbox():
            count.add_metric((state,), waiting)
            age.add_metric((state,), seconds)
        yield count
        yield age


def store_reachable(reachable: bool) -> Metric:
    """Whether the database answers."""
    return GaugeMetricFamily(
        "epix_store_reachable", "1 where the database answers, else 0.", float(reachable)
    )


def build_info(version: str) -> Metric:
    """Version of the gateway and of Python."""
    build = GaugeMetricFamily(
        "epix_build_info", "1; which software this is.", labels=("version", "python")
    )
    build.add_metric((version, platform.python_version()), 1.0)
    return build


def _labelled(name: str, text: str, label: str, figures: Iterable[tuple[str, float]]) -> Metric:
    gauge = GaugeMetricFamily(name, text, labels=(label,))
    for value, figure in figures:
        gauge.add_metric((value,), figure)
    return gauge


def _sources(sources: Iterable[SyncFigures]) -> Iterator[Metric]:
    lag = GaugeMetricFamily(
        "epix_source_lag_seconds",
        "Time since a national source was last taken to its end; infinite before the first time.",
        labels=("source",),
    )
    success = GaugeMetricFamily(
        "epix_source_last_success_timestamp_seconds",
        "Moment of the last run that took a national source to its end.",
        labels=("source",),
    )
    refused = GaugeMetricFamily(
        "epix_source_refused_records",
        "Records of a national source that are refused until they are mended.",
        labels=("source",),
    )
    failing = GaugeMetricFamily(
        "epix_source_failing",
        "1 where the last run of a national source ended early, else 0.",
        labels=("source",),
    )
    for each in sources:
        label = (each.source,)
        lag.add_metric(label, each.lag_seconds(datetime.now(UTC)))
        refused.add_metric(label, each.refused)
        failing.add_metric(label, float(bool(each.state and each.state.failure)))
        if each.state and each.state.ended_at:
            success.add_metric(label, each.state.ended_at.timestamp())
    yield from (lag, success, refused, failing)


def _availability(partners: Iterable[PartnerHistory]) -> Iterator[Metric]:
    failing = GaugeMetricFamily(
        "epix_partner_failing_seconds",
        "From the first failure of a partner's service to the last one; 0 where it works.",
        labels=("partner",),
    )
    operations: list[tuple[str, OperationHistory]] = []
    for partner in partners:
        failing.add_metric((partner.partner,), partner.reach.failing_for(()).total_seconds())
        operations += [(partner.partner, operation) for operation in partner.operations]
    yield failing
    yield _by_operation(
        "epix_partner_answered_ratio",
        "Share of exchanges in which a partner's service worked: last 24 hours, planned windows"
        " left out.",
        ((*each, each[1].counted.availability) for each in operations),
    )
    yield _by_operation(
        "epix_partner_exchange_seconds",
        "Mean duration of an exchange with a partner: last 24 hours, planned windows left out.",
        ((*each, _seconds(each[1].counted.mean_milliseconds)) for each in operations),
    )
    yield _by_operation(
        "epix_partner_last_good_timestamp_seconds",
        "Moment of the last exchange in which a partner's service worked.",
        ((*each, each[1].last.good_at.timestamp()) for each in operations if each[1].last.good_at),
    )


def _by_operation(
    name: str, text: str, figures: Iterable[tuple[str, OperationHistory, float | None]]
) -> Metric:
    gauge = GaugeMetricFamily(name, text, labels=("partner", "operation"))
    for partner, operation, figure in figures:
        if figure is not None:
            gauge.add_metric((partner, operation.operation), figure)
    return gauge


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
