"""Refusal counts: a thread of each worker journals how often callers were refused.

Without it the counts of a flood would wait in memory until the next call.
"""

import logging
import time
from dataclasses import dataclass
from threading import Thread

from gateway.domain.errors import GatewayError
from gateway.exchange.journal.message_retention import WINDOW_SECONDS, MessageRetention
from gateway.exchange.ports import Clock, Exchange, Journal

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RefusalCounts:
    """The counts of one process, and the journal that they go to."""

    retention: MessageRetention
    journal: Journal
    clock: Clock

    def start_recording(self) -> None:
        """Record the counts of each window in a thread.

        What was counted in the last window is lost when the process ends, as for refused TLS
        handshakes.
        """
        Thread(target=self._record_each_window, name="refusals", daemon=True).start()

    def record_due(self) -> None:
        """Record the counts of a window that is over, if there are any. Raises nothing."""
        for counts in self.retention.due_counts(self.clock()):
            self._record(counts)

    def _record_each_window(self) -> None:
        while True:
            time.sleep(WINDOW_SECONDS)
            self.record_due()

    def _record(self, counts: Exchange) -> None:
        sentence = counts.answer.decode()
        try:
            self.journal.record(counts)
        except GatewayError as error:
            _LOG.warning("refusals not in the journal (%s): %s", error.code, sentence)
        else:
            _LOG.info("id=%s refusals: %s", counts.id, sentence)
