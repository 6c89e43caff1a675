"""Port of message security: WS-Security as agreed with one partner, and the replay cache."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ReplayCache(Protocol):
    """Replay cache: digests of accepted signed messages, for all nodes and over restarts."""

    def register(self, partner: str, digest: str, kept_until: datetime, now: datetime) -> bool:
        """Register a message; whether it is the first of the partner with that digest.

        digest: SHA-256, hex.  kept_until: until then the digest is kept.
        False also where another digest of the partner was deleted that had to be kept for as long
        or longer, which a clock set ahead and back again brings about: it may have been this one.

        Raises ServiceUnavailable.
        """


class MessageVerifier(Protocol):
    """Verifies the WS-Security header of one partner's messages."""

    def verified(self, message: bytes, here: str) -> bytes:
        """Return an envelope with the signed parts alone; only these may be executed.

        message: an envelope in UTF-8.  here: an actor that means this gateway, beside those that
        SOAP names; may be empty.
        Raises SignatureMissing, SignatureInvalid, SignerNotTrusted, AlgorithmRefused,
        MessageExpired, MessageReplayed; ServiceUnavailable where the replay cache cannot be read.
        """


class MessageSecurer(Protocol):
    """Writes the WS-Security header of messages to one partner."""

    def secured(self, message: bytes) -> bytes:
        """Return the message with its header, in UTF-8.

        Raises KeyUnusable where our certificate is not in date.
        """


@dataclass(frozen=True, slots=True)
class MessageSecurity:
    """Message security agreed with one partner. None: no security in that direction.

    theirs: for messages from the partner.  ours: for messages to the partner.
    """

    theirs: MessageVerifier | None = None
    ours: MessageSecurer | None = None


NO_SECURITY = MessageSecurity()
