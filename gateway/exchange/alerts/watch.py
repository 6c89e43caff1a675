"""Alert watch: each new alert is a line of the log, and is sent to whoever is on call, once.

An alert lasts while its condition does; it is told again when the condition comes back. Each node
watches for itself, because disks and certificates are its own.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Thread

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.foreign_text import one_line
from gateway.exchange.alerts.alert import Alert, AlertChannel

_MAX_UNSENT = 100
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class AlertWatch:
    """The watch, in a thread of its own.

    read: gives the alerts that are true now; raises nothing.
    channels: gives the channels, as the settings of now name them.
    interval_seconds: from one look at all conditions to the next.
    wait: sleeps for a number of seconds; True ends the watch.
    """

    read: Callable[[], Iterable[Alert]]
    channels: Callable[[], Sequence[AlertChannel]]
    interval_seconds: float
    wait: Callable[[float], bool]
    active: tuple[Alert, ...] = ()
    _unsent: list[Alert] = field(default_factory=list)

    def start(self) -> None:
        """Run in a daemon thread, which ends with the process."""
        Thread(target=self.run, name="alerts", daemon=True).start()

    def run(self) -> None:
        """Look now, then again and again until `wait` gives True."""
        self.round()
        while not self.wait(self.interval_seconds):
            self.round()

    def round(self) -> None:
        """Look at all conditions once."""
        before = {(alert.kind, alert.about) for alert in self.active}
        self.active = tuple(self.read())
        new = [alert for alert in self.active if (alert.kind, alert.about) not in before]
        for alert in new:
            _LOG.log(
                logging.ERROR if alert.urgent else logging.WARNING,
                "alert=%s id=%s partner=%s %s",
                alert.kind,
                alert.id,
                alert.partner or "-",
                one_line(str(alert.sentence)),
            )
        self._send([*self._unsent, *new])

    def _send(self, alerts: Sequence[Alert]) -> None:
        channels = self.channels() if alerts else ()
        self._unsent = [alert for alert in alerts if not _is_sent(alert, channels)][-_MAX_UNSENT:]


def _is_sent(alert: Alert, channels: Sequence[AlertChannel]) -> bool:
    """Whether at least one channel took the alert, or there is none."""
    taken = not channels
    for channel in channels:
        try:
            channel.send(alert)
        except ServiceUnavailable as error:
            _LOG.warning("alert not sent: id=%s %s", alert.id, error.text)
        else:
            taken = True
    return taken
