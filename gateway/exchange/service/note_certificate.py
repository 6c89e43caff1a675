"""Certificates of callers, noted when they are first shown: subject, serial, dates, partner.

The journal names a certificate by its fingerprint alone. A person who looks for the reason of a
refusal needs whose it is, and a certificate that is about to expire has to be known before.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.partner import Partner
from gateway.exchange.ports import Clock, ShownCertificate, ShownCertificates

MAX_STRANGERS_PER_DAY = 50
"""Certificates of no partner that are noted on one day, by each process."""

_MAX_REMEMBERED = 1024
_MAX_CHARACTERS = 500
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class NoteCertificate:
    """Use case: note a certificate, and name the partner it is of. Safe to share between threads.

    shown: gives the certificate of a DER form; None where it cannot be read.
    """

    shown: Callable[[bytes], ShownCertificate | None]
    archive: ShownCertificates
    clock: Clock
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _noted: dict[tuple[bytes, str], str] = field(default_factory=dict)
    _strangers: int = 0
    _day: date | None = None

    def note(self, certificate: bytes, caller: Partner | None) -> str | None:
        """Return the key of the partner that a certificate (DER) is of; None for none.

        caller: the partner it was accepted for; None where it was refused. Raises nothing: a note
        that cannot be written is written when the certificate is shown again.
        """
        key = certificate, caller.key if caller else ""
        known = self._noted.get(key)
        if known is not None:
            return known or None
        shown = self.shown(certificate)
        if shown is None:
            return None
        shown = replace(
            shown,
            subject=shown.subject[:_MAX_CHARACTERS],
            issuer=shown.issuer[:_MAX_CHARACTERS],
            partner=caller.key if caller else shown.partner,
        )
        if self._keep(shown):
            self._remember(key, shown.partner)
        return shown.partner or None

    def _keep(self, shown: ShownCertificate) -> bool:
        """Whether there is nothing left to write of this certificate today."""
        now = self.clock()
        if not shown.partner:
            with self._lock:
                if now.date() != self._day:
                    self._day, self._strangers = now.date(), 0
                self._strangers += 1
                if self._strangers > MAX_STRANGERS_PER_DAY:
                    return False
        try:
            self.archive.keep(shown, now)
        except ServiceUnavailable as error:
            _LOG.warning("certificate not noted: sha256=%s code=%s", shown.sha256, error.code)
            return False
        return True

    def _remember(self, key: tuple[bytes, str], partner: str) -> None:
        with self._lock:
            self._noted[key] = partner
            if len(self._noted) > _MAX_REMEMBERED:
                del self._noted[next(iter(self._noted))]
