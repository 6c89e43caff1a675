"""Refused TLS handshakes: journal records of callers whose client certificate was not accepted."""

from dataclasses import dataclass

from gateway.domain.errors import CertificateMissing
from gateway.exchange.ports import Clock, Direction, Exchange, Journal, NewId

OPERATION = "TLS handshake"


@dataclass(frozen=True, slots=True)
class RecordRefusedHandshake:
    """Use case: record a TLS handshake that failed on the client certificate."""

    journal: Journal
    clock: Clock
    new_id: NewId

    def record(self, reason: str) -> None:
        """Write the record. reason: in words; stored in place of the answer, which does not exist.

        Raises ServiceUnavailable.
        """
        now = self.clock()
        self.journal.record(
            Exchange(
                id=self.new_id(),
                direction=Direction.IN,
                began_at=now,
                ended_at=now,
                operation=OPERATION,
                caller=None,
                callee=None,
                fingerprint=None,
                permit_number=None,
                outcome=CertificateMissing.__name__,
                request=b"",
                answer=reason.encode("utf-8"),
            )
        )
