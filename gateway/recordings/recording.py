"""Recording: an exchange as replay needs it, and the set that it stands in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.recordings.message_xml import leaves

FORMAT = "epix-gateway recordings"
VERSION = 1
"""Version of the files. A reader takes this version alone."""

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
"""Of one message. Answers of partners are bounded by `max_reply_bytes`, 24 MiB by default."""
MAX_RECORDINGS = 1_000
"""In one set."""


class End(StrEnum):
    """End of an answer."""

    COMPLETE = "complete"
    CLOSED = "closed"
    """The connection ended before a whole answer came."""
    TIMED_OUT = "timeout"
    """Nothing more came in time."""


class Way(StrEnum):
    """Way of an exchange, seen from the gateway that recorded it."""

    IN = "in"
    """A partner asked; the answer is ours."""
    OUT = "out"
    """This side asked; the answer is the partner's."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message. body: bytes as they travel.  content_type: of HTTP; empty where unknown."""

    body: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExchange:
    """An exchange before redaction, from a journal or a HAR file.

    began_at: aware.  took_seconds: from the first byte sent to the end of the answer.
    status: of HTTP; None: no answer began.  is_status_known: False where it was inferred.
    outcome: `ok` or the code of an error.
    names: further values of this exchange that must not appear in a recording, such as its id,
    the permit number and the fingerprint of a certificate.
    """

    id: str
    way: Way
    began_at: datetime
    took_seconds: float
    operation: str | None
    partner: str | None
    outcome: str
    request: Message
    answer: Message
    status: int | None
    end: End = End.COMPLETE
    is_status_known: bool = False
    soap_action: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """An exchange after redaction.

    name: of its folder, such as `0001-ServiceState`.
    after_seconds: from the beginning of the first exchange of the set.
    volatile: places that a comparison leaves out, by local names from the end of a path, such as
    `ServiceStateResponse/Time`.
    notes: parts that the redaction could not keep, a sentence each.
    The other attributes are as in `RawExchange`; ids and partner are pseudonyms.
    """

    name: str
    id: str
    way: Way
    after_seconds: float
    took_seconds: float
    operation: str | None
    partner: str | None
    outcome: str
    request: Message
    answer: Message
    status: int | None
    end: End
    is_status_known: bool
    soap_action: str | None
    volatile: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def asked(self) -> Mapping[str, str]:
        """Values of the request by element, such as `CertificateNumber` and `TokenId`."""
        return leaves(self.request.body)


@dataclass(frozen=True, slots=True)
class RecordingSet:
    """Recordings that share their pseudonyms, in order of time.

    keys: PEM files of the test keys that seals were made with, by file name.
    """

    recordings: tuple[Recording, ...]
    keys: Mapping[str, bytes] = field(default_factory=dict)
