"""Expiry warnings in the log of `serve`: everything that ends soon at start, then a daily check."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Thread

from gateway.crypto.keys.expiry import Expiry, expiries
from gateway.domain.errors import SettingsInvalid
from gateway.settings import Settings

DAY_SECONDS = 24 * 60 * 60
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExpiryWatch:
    """The daily check, in a thread of its own.

    read: gives the present settings, raises SettingsInvalid.
    wait: sleeps for a number of seconds; True ends the watch.
    """

    read: Callable[[], Settings]
    clock: Callable[[], datetime]
    wait: Callable[[float], bool]

    def start(self) -> None:
        """Run in a daemon thread, which ends with the process."""
        Thread(target=self.run, name="expiry-watch", daemon=True).start()

    def run(self) -> None:
        """Log the warnings now, then once a day until `wait` gives True."""
        self._log_warnings(lambda expiry: expiry.is_soon)
        while not self.wait(DAY_SECONDS):
            self._log_warnings(lambda expiry: expiry.is_due)

    def _log_warnings(self, is_reported: Callable[[Expiry], bool]) -> None:
        try:
            found = expiries(self.read(), self.clock())
        except SettingsInvalid as wrong:
            log.warning("What expires cannot be seen: %s", wrong.text)
            return
        for expiry in filter(is_reported, found):
            log.log(logging.ERROR if expiry.is_urgent else logging.WARNING, "%s", expiry.sentence)
