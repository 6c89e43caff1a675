"""Who was turned away before a message was read? A refused TLS handshake stands in the journal like any refusal."""

from dataclasses import dataclass

from gateway.domain.errors import CertificateMissing
from gateway.exchange.ports import Clock, Direction, Exchange, Journal, NewId

OPERATION = "TLS handshake"


@dataclass(frozen=True, slots=True)
class RecordRefusedHandshake:
    """Keeps what is known of a caller whose client certificate ended the handshake: when, and why."""

    journal: Journal
    clock: Clock
    new_id: NewId

    def record(self, reason: str) -> None:
        """reason: in words; kept in place of an answer, for there was none. Raises ServiceUnavailable."""
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
