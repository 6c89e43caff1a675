"""Port of the journal: the append-only audit record of every exchange, and observers for metrics.

An exchange is in the journal before its answer is sent.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self

from gateway.domain.partner import OperationName

_READ_OPERATIONS = frozenset(OperationName) - {OperationName.CONFIRM_QUANTITIES}


class Direction(StrEnum):
    """Direction of an exchange. OWN: an action of our own staff on the journal itself."""

    IN = "in"
    OUT = "out"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange as the journal records it, answered, refused or failed.

    id: UUIDv7, also the incident number that a fault shows.  began_at, ended_at: aware.
    outcome: `ok` or the code of the error.
    caller, callee: partner key or country, None where unknown.
    fingerprint: SHA-256 of the client certificate, hex.
    request, answer: raw bytes as transmitted. In place of some refused requests the journal has a
    digest (journal/message_retention.py). The answer may be `ComposedBytes`, which names its stored
    parts (stored_bytes.py). A refused TLS handshake has no request; its answer is the reason.
    """

    id: str
    direction: Direction
    began_at: datetime
    ended_at: datetime
    operation: str | None
    caller: str | None
    callee: str | None
    fingerprint: str | None
    permit_number: str | None
    outcome: str
    request: bytes
    answer: bytes

    @classmethod
    def own(
        cls,
        identity: str,
        operation: str,
        at: datetime,
        message: bytes,
        *,
        proof: bytes = b"",
        permit_number: str | None = None,
    ) -> Self:
        """Audit record of an action of our own staff, as an exchange without a partner.

        message: the action, stored as request.  proof: its signature, stored as answer.
        """
        return cls(
            identity,
            Direction.OWN,
            at,
            at,
            operation,
            None,
            None,
            None,
            permit_number,
            "ok",
            message,
            proof,
        )

    @property
    def is_read_operation(self) -> bool:
        """Whether a partner called an operation that reads and cannot change anything here."""
        return self.direction is Direction.IN and self.operation in _READ_OPERATIONS


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Filter on journal records. None: any value.

    fingerprints: of certificates that are the caller's; exchanges in which one of them was refused
    match the caller too.
    since, until: bounds on the beginning of the exchange, aware; until is exclusive.
    """

    permit_number: str | None = None
    caller: str | None = None
    operation: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    fingerprints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """Requests of partners that were refused, of one caller, certificate and outcome.

    caller, fingerprint: as in the records, None where unknown.  newest: id of the newest record.
    """

    caller: str | None
    fingerprint: str | None
    outcome: str
    times: int
    newest: str


class Receipt(Protocol):
    """Handle on an exchange that is enqueued and not yet committed."""

    def settle(self) -> None:
        """Commit it with everything enqueued beside it (group commit), unless done already.

        The answer of the exchange must not be sent before. Where `sync_read_records` is off, a
        record of a read operation is committed without sync: it survives a crash of the process,
        and a power loss once the next synced commit is made.

        Raises ServiceUnavailable where this exchange could not be committed.
        """


class Journal(Protocol):
    """Append-only log of every exchange."""

    def enqueue(self, exchange: Exchange) -> Receipt:
        """Enqueue an exchange. It is committed when its receipt, or a later one, is settled."""

    def record(self, exchange: Exchange) -> None:
        """Enqueue an exchange and commit it. Raises ServiceUnavailable."""


class LookupObserver(Protocol):
    """Is notified of refused look-ups, for metrics and alerts. caller: key of the partner.

    Raises nothing.
    """

    def refused(self, caller: str) -> None:
        """A look-up was refused."""

    def scanning(self, caller: str) -> None:
        """The caller exceeded a rate limit; at most one notification per caller and minute."""


class ExchangeObserver(Protocol):
    """Is notified of every exchange at the SOAP endpoint, after its end. Raises nothing."""

    def exchanged(self, exchange: Exchange, version: str, seconds: float) -> None:
        """The exchange is in the journal.

        version: of the contract, `v1` or `v2`.  seconds: from request to answer.
        """

    def partner_refused(self, partner: str, exchange: Exchange) -> None:
        """A request was refused whose client certificate is a partner's, accepted or not.

        partner: its key. The exchange may have no caller: its certificate has expired, say.
        """

    def journal_failed(self) -> None:
        """The journal could not be written, so the caller was refused."""
