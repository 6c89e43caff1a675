"""What does a worker count? Exchanges, refused look-ups, failures of the journal; never a number, token or free text.

Several workers count into files of one private folder, each into its own, so that no request waits for another process;
whoever is asked for the figures adds them up. What is counted of an exchange is entered a second later at most.
"""

import atexit
import logging
import os
import tempfile
import time
from collections import Counter as TallyOf
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock, Thread

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from gateway.exchange.ports import Exchange
from gateway.http import HttpAnswer, HttpRequest, Pending, Site

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own word; it looks at it when it is imported."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_SECONDS = 1.0
_MOST_PENDING = 1_000_000
_LOG = logging.getLogger(__name__)


@contextmanager
def counted_together() -> Iterator[Path]:
    """A private folder in which the processes started meanwhile keep their counts; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="epix-metrics-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ[FOLDER_VARIABLE]


class Counting:
    """The ports `ExchangeWatch` and `LookupWatch`. Labels have few values: operations, fault codes, partners."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        labels = ("operation", "version")
        self._exchanges = Counter(
            "epix_exchanges", "Exchanges at our doors, answered or refused.", (*labels, "outcome"), registry=registry
        )
        self._seconds = Histogram(
            "epix_exchange_seconds", "From the complete request to its answer.", labels, buckets=_BUCKETS,
            registry=registry,
        )  # fmt: skip
        self._received = Counter("epix_received_bytes", "Bodies of requests.", registry=registry)
        self._sent = Counter("epix_sent_bytes", "Bodies of answers.", registry=registry)
        self._in_flight = Gauge(
            "epix_requests_in_flight", "Requests being answered now.", multiprocess_mode="livesum", registry=registry
        )
        self._journal_failures = Counter(
            "epix_journal_failures", "Exchanges refused because they could not be written down.", registry=registry
        )
        self._refused = Counter(
            "epix_refused_lookups", "Look-ups for permits that could not be given.", ("caller",), registry=registry
        )
        self._scanning = Counter(
            "epix_scanning_alerts", "Minutes in which a caller spent a budget against guessing.", ("caller",),
            registry=registry,
        )  # fmt: skip
        self._pending: deque[tuple[str, str, str, float, int, int]] = deque(maxlen=_MOST_PENDING)
        self._answering = 0
        self._lock = Lock()

    def keep_up(self) -> None:
        """Enter what is pending every second from now on, in a thread, and once more at the end of the process."""
        atexit.register(self.enter)
        Thread(target=self._keep_up, name="counting", daemon=True).start()

    def _keep_up(self) -> None:
        while True:
            time.sleep(_SECONDS)
            self.enter()

    def enter(self) -> None:
        """Put what is pending into the figures. A write into a shared file costs a microsecond, so sums come first."""
        exchanges: TallyOf[tuple[str, str, str]] = TallyOf()
        histograms: dict[tuple[str, str], Histogram] = {}
        received = sent = 0
        for _ in range(len(self._pending)):
            operation, version, outcome, seconds, in_bytes, out_bytes = self._pending.popleft()
            exchanges[operation, version, outcome] += 1
            histogram = histograms.get((operation, version))
            if histogram is None:
                histogram = histograms[operation, version] = self._seconds.labels(operation, version)
            histogram.observe(seconds)
            received += in_bytes
            sent += out_bytes
        for names, count in exchanges.items():
            self._exchanges.labels(*names).inc(count)
        self._received.inc(received)
        self._sent.inc(sent)
        self._in_flight.set(self._answering)

    def exchanged(self, exchange: Exchange, version: str, seconds: float) -> None:
        """See the port."""
        self._pending.append(
            (exchange.operation or "none", version, exchange.outcome, seconds, len(exchange.request),
             len(exchange.answer))
        )  # fmt: skip

    def journal_failed(self) -> None:
        """See the port."""
        self._journal_failures.inc()

    def refused(self, caller: str) -> None:
        """See the port."""
        self._refused.labels(caller).inc()

    def scanning(self, caller: str) -> None:
        """See the port. One line in the log, which names the caller and nothing of what it asked for."""
        self._scanning.labels(caller).inc()
        _LOG.warning("scanning: caller=%s has spent a budget of refused look-ups", caller)

    def in_flight(self, site: Site) -> Site:
        """The site, with the requests counted that it is answering."""

        def counted(request: HttpRequest) -> HttpAnswer | Pending:
            self._add(1)
            answer = site(request)
            if isinstance(answer, Pending):
                return Pending(partial(settle, answer))
            self._add(-1)
            return answer

        def settle(pending: Pending) -> HttpAnswer:
            answer = pending.settle()
            self._add(-1)
            return answer

        return counted

    def _add(self, requests: int) -> None:
        with self._lock:
            self._answering += requests
