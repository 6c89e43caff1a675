"""Who is told in time? The log of `serve`: at start of all that ends soon, then once a day of what is due."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Thread

from gateway.domain.errors import SettingsInvalid
from gateway.settings import Settings
from gateway.signatures.expiry import Expiry, expiries

DAY_SECONDS = 24 * 60 * 60
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExpiryWatch:
    """read: gives today's settings, raises SettingsInvalid.  wait: lasts that many seconds; True ends the watch."""

    read: Callable[[], Settings]
    clock: Callable[[], datetime]
    wait: Callable[[float], bool]

    def start(self) -> None:
        """Watch beside whatever else the process does, and for no longer than that."""
        Thread(target=self.run, name="expiry-watch", daemon=True).start()

    def run(self) -> None:
        """Tell, wait a day, tell again."""
        self._tell(lambda expiry: expiry.is_soon)
        while not self.wait(DAY_SECONDS):
            self._tell(lambda expiry: expiry.is_due)

    def _tell(self, chosen: Callable[[Expiry], bool]) -> None:
        try:
            found = expiries(self.read(), self.clock())
        except SettingsInvalid as wrong:
            log.warning("What expires cannot be seen: %s", wrong.text)
            return
        for expiry in filter(chosen, found):
            log.log(logging.ERROR if expiry.is_urgent else logging.WARNING, "%s", expiry.sentence)
