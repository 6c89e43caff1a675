"""Metrics of a worker process: exchanges, refused look-ups and journal failures.

Labels hold names of operations, fault codes and partners; never a number, a token or free text.

Multi-process mode of prometheus_client: each worker counts into memory-mapped (mmap) files of its
own, in a private folder, so that no request waits for another process. A scrape adds the files up
(scraping.py). Figures of an exchange are buffered and written once a second, because a write into a
mapped file costs a microsecond and an exchange has seven of them.
"""

import collections
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock, Thread

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values

from gateway.exchange.ports import Exchange
from gateway.http import HttpAnswer, HttpRequest, Pending, Site

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Name given by prometheus_client, which reads it when it is imported."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_FLUSH_SECONDS = 1.0
_MAX_BUFFERED = 1_000_000
_LOG = logging.getLogger(__name__)


@contextmanager
def multiprocess_metrics() -> Iterator[Path]:
    """A private folder for the metrics of all processes that are started in the block.

    The folder is removed afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="epix-metrics-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ[FOLDER_VARIABLE]


def count_in_folder() -> None:
    """Have metrics that are made from now on count in the folder, where the environment names one.

    prometheus_client chooses when it is imported: before a worker is forked, and before there is a
    folder.
    """
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


class WorkerMetrics:
    """Counters of one worker. Ports `ExchangeObserver`, `LookupObserver`, `HeadAlerts`.

    Labels have few values: operations, fault codes, partners.
    """

    def __init__(self) -> None:
        count_in_folder()
        self.registry = CollectorRegistry()
        self._count_exchanges(self.registry)
        self._count_refused_lookups(self.registry)
        self._buffer: collections.deque[tuple[str, str, str, float, int, int]] = collections.deque(
            maxlen=_MAX_BUFFERED
        )
        self._being_answered = 0
        self._lock = Lock()

    def _count_exchanges(self, registry: CollectorRegistry) -> None:
        labels = ("operation", "version")
        self._exchanges = Counter(
            "epix_exchanges",
            "Exchanges at our endpoints, answered or refused.",
            (*labels, "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "epix_exchange_seconds",
            "From the complete request to its answer.",
            labels,
            buckets=_BUCKETS,
            registry=registry,
        )
        self._received = Counter("epix_received_bytes", "Bodies of requests.", registry=registry)
        self._sent = Counter("epix_sent_bytes", "Bodies of answers.", registry=registry)
        self._in_flight = Gauge(
            "epix_requests_in_flight",
            "Requests being answered now.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._journal_failures = Counter(
            "epix_journal_failures",
            "Exchanges refused because they could not be written down.",
            registry=registry,
        )
        self._head_alerts = Counter(
            "epix_head_alerts",
            "Journal heads of partners, or held by them, that do not fit; or are malformed.",
            ("partner", "kind"),
            registry=registry,
        )

    def _count_refused_lookups(self, registry: CollectorRegistry) -> None:
        self._refused = Counter(
            "epix_refused_lookups",
            "Look-ups for permits that could not be given.",
            ("caller",),
            registry=registry,
        )
        self._refused_partners = Counter(
            "epix_partner_refusals",
            "Requests with a partner's certificate that were refused, the certificate included.",
            ("partner", "outcome"),
            registry=registry,
        )
        self._limits = Counter(
            "epix_limits_reached",
            "Times that a limit of the server was reached, by its kind.",
            ("limit",),
            registry=registry,
        )
        self._scanning_alerts = Counter(
            "epix_scanning_alerts",
            "Minutes in which a caller spent a budget against guessing.",
            ("caller",),
            registry=registry,
        )

    def start_flushing(self) -> None:
        """Flush the buffer each second in a thread; the end of the process calls `flush` itself."""
        Thread(target=self._flush_each_second, name="metrics", daemon=True).start()

    def _flush_each_second(self) -> None:
        while True:
            time.sleep(_FLUSH_SECONDS)
            self.flush()

    def flush(self) -> None:
        """Write the buffered exchanges into the metrics.

        Sums are made first, because each write into a mapped file costs a microsecond.
        """
        exchanges: collections.Counter[tuple[str, str, str]] = collections.Counter()
        histograms: dict[tuple[str, str], Histogram] = {}
        received = sent = 0
        for _ in range(len(self._buffer)):
            operation, version, outcome, seconds, in_bytes, out_bytes = self._buffer.popleft()
            exchanges[operation, version, outcome] += 1
            histogram = histograms.get((operation, version))
            if histogram is None:
                histogram = histograms[operation, version] = self._seconds.labels(
                    operation, version
                )
            histogram.observe(seconds)
            received += in_bytes
            sent += out_bytes
        for names, count in exchanges.items():
            self._exchanges.labels(*names).inc(count)
        self._received.inc(received)
        self._sent.inc(sent)
        self._in_flight.set(self._being_answered)

    def exchanged(self, exchange: Exchange, version: str, seconds: float) -> None:
        """See the port."""
        self._buffer.append(
            (
                exchange.operation or "none",
                version,
                exchange.outcome,
                seconds,
                len(exchange.request),
                len(exchange.answer),
            )
        )

    def partner_refused(self, partner: str, exchange: Exchange) -> None:
        """See the port. The log has a line where the partner was not let in."""
        self._refused_partners.labels(partner, exchange.outcome).inc()
        if exchange.caller is None:
            _LOG.warning(
                "partner not let in: id=%s partner=%s outcome=%s",
                exchange.id,
                partner,
                exchange.outcome,
            )

    def journal_failed(self) -> None:
        """See the port."""
        self._journal_failures.inc()

    def limit_reached(self, limit: str) -> None:
        """Count a limit of the server. limit: its kind, of few."""
        self._limits.labels(limit).inc()

    def refused(self, caller: str) -> None:
        """See the port."""
        self._refused.labels(caller).inc()

    def scanning(self, caller: str) -> None:
        """See the port. The line in the log names the caller and nothing of its requests."""
        self._scanning_alerts.labels(caller).inc()
        _LOG.warning("scanning: caller=%s has spent a budget of refused look-ups", caller)

    def head_alert(self, partner: str, kind: str) -> None:
        """See the port."""
        self._head_alerts.labels(partner, kind).inc()

    def count_in_flight(self, site: Site) -> Site:
        """The site, wrapped so that requests in flight are counted."""

        def counted(request: HttpRequest) -> HttpAnswer | Pending:
            self._add_in_flight(1)
            answer = site(request)
            if isinstance(answer, Pending):
                return Pending(partial(settle, answer))
            self._add_in_flight(-1)
            return answer

        def settle(pending: Pending) -> HttpAnswer:
            answer = pending.settle()
            self._add_in_flight(-1)
            return answer

        return counted

    def _add_in_flight(self, requests: int) -> None:
        with self._lock:
            self._being_answered += requests
