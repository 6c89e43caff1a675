"""Security of messages, agreed on with one partner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class TakenMessages(Protocol):
    """Remembers which signed messages were taken, for all nodes and over restarts."""

    def take(self, partner: str, mark: str, kept_until: datetime, now: datetime) -> bool:
        """Whether this is the first message of a partner with that mark (SHA-256, hex). It is kept while it counts.

        Raises ServiceUnavailable.
        """


class MessageVerifier(Protocol):
    """Verifies what one partner's messages show in their WS-Security header."""

    def verified(self, message: bytes, here: str) -> bytes:
        """An envelope with what the partner vouches for, and only that; nothing else of the message may be executed.

        message: an envelope in UTF-8.  here: an actor that means us beside those that SOAP names; may be empty.
        Raises SignatureMissing, SignatureInvalid, SignerNotTrusted, AlgorithmRefused, MessageExpired, MessageReplayed;
        ServiceUnavailable where nobody can say whether it was taken before.
        """


class MessageSecurer(Protocol):
    """Writes the WS-Security header of our messages to one partner."""

    def secured(self, message: bytes) -> bytes:
        """The message with its header, in UTF-8. Raises KeyUnusable where our certificate is not in date."""


@dataclass(frozen=True, slots=True)
class MessageSecurity:
    """What one partner and we agreed on, for one of the two ways to ask. None: nothing in that direction.

    theirs: on what comes from the partner.  ours: on what we send.
    """

    theirs: MessageVerifier | None = None
    ours: MessageSecurer | None = None


NO_SECURITY = MessageSecurity()
