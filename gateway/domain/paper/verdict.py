"""Verdict on a permit code: its status, and the questions that no code can answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.paper.statement import PaperStatement


class PaperStatus(StrEnum):
    """Status of a permit code."""

    GENUINE = "genuine"
    """Signed by the authority, in date, and not withdrawn by a list that is current."""
    ALTERED = "altered"
    """The signature does not fit, or the code has not the form that is accepted."""
    SIGNER_UNKNOWN = "signer-unknown"
    """No list that is trusted here has its key, or not for that authority or moment."""
    KEY_REVOKED = "key-revoked"
    """Its key was revoked, so that others may have it."""
    KEY_EXPIRED = "key-expired"
    """It was signed in time; the certificate of its key has ended since."""
    EXPIRED = "expired"
    """The last day of box 2 is over."""
    NOT_YET_VALID = "not-yet-valid"
    """The first day of box 2 has not come."""
    WITHDRAWN = "withdrawn"
    """The authority, which is ours, has cancelled or replaced the permit."""
    MAY_BE_WITHDRAWN = "may-be-withdrawn"
    """The filter of the list has it. One permit in 784,931 is found without being withdrawn."""
    LIST_OUT_OF_DATE = "list-out-of-date"
    """The list is too old to say what was withdrawn since."""

    @property
    def is_signed_by_the_authority(self) -> bool:
        """Whether the boxes are those that the authority signed."""
        return self not in (self.ALTERED, self.SIGNER_UNKNOWN, self.KEY_REVOKED)


class Unknown(StrEnum):
    """Question that the code alone does not answer."""

    ORIGINAL = "original"
    """Whether this paper is the original: a photocopy has the same code."""
    USED = "used"
    """Whether quantities were used or confirmed before."""
    SINCE = "since"
    """What the authority did since the list was made."""
    LINES = "lines"
    """Lines that do not stand in the code."""
    GOODS = "goods"
    """Whether the goods are those of the permit."""


@dataclass(frozen=True, slots=True)
class PaperVerdict:
    """Verdict on a permit code.

    reason: a sentence for a person.  statement: None unless the authority signed it.
    list_made_at: of the list that it was judged by, aware; None where the authority is ours,
    or no list was used.
    judged_at: aware.
    """

    status: PaperStatus
    reason: str
    judged_at: datetime
    statement: PaperStatement | None = None
    list_made_at: datetime | None = None

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """The questions that this verdict leaves open; empty where the code proves nothing."""
        if self.statement is None:
            return ()
        known = {
            Unknown.LINES: self.statement.digest is None,
            Unknown.SINCE: self.list_made_at is None,
        }
        return tuple(each for each in Unknown if not known.get(each))
