"""Question by mail: what an officer read from the paper, and what the issuing authority says of it.

The answer is a statement of a person who had the link, given to one address. It is no record of the
issuing authority and carries no seal of it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.errors import InvalidRequest
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.people.refused import PersonInvalid, Refusals
from gateway.domain.people.sentence import Sentence

MOST_BOXES, LONGEST_VALUE = 60, 300
LONGEST_REMARKS, LONGEST_NAME = 1000, 70
_BOX = re.compile(r"(?:1[0-5]|[1-9])[ab]?(?: [A-Za-z0-9]{1,3})?")

Boxes = tuple[tuple[str, str], ...]
"""(box, with the letter of the line where there is one; value as it stands on the paper)."""


class Choice(StrEnum):
    """Answer to one of the three questions."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Authority that is asked by mail. language: `en`, `fr` or `es`."""

    country: IsoCountryCode
    name: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """Answer to a question. at: aware.

    person: name that the person typed; the address that was asked is the identity.
    issued: whether the authority has issued it.  as_written: whether the boxes are as issued.
    still_valid: whether the document is in force.
    """

    at: datetime
    person: str
    issued: Choice
    as_written: Choice
    still_valid: Choice
    remarks: str


@dataclass(frozen=True, slots=True)
class MailQuestion:
    """A question. id: UUIDv7.  asked_at, expires_at: aware.

    asked_by: the officer.  token_sha256: digest of the secret in the link, hex.
    mailed_at: None where the mail server did not take the mail.  answer: None while there is none.
    authority: of the officer, as `MZ/MA`; empty of a question of a time when it was not kept.
    """

    id: str
    addressee: Addressee
    number: CertificateNumber
    boxes: Boxes
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    token_sha256: str
    mailed_at: datetime | None = None
    answer: MailAnswer | None = None
    authority: str = ""

    def is_open(self, at: datetime) -> bool:
        """Whether it may be answered at a moment."""
        return self.answer is None and at < self.expires_at


def boxes_of(text: str) -> Boxes:
    """Boxes as an officer types them, one on each line: `11 A: 5 NAR`.

    Raises InvalidRequest naming the line.
    """
    found: list[tuple[str, str]] = []
    for place, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        box, colon, value = line.partition(":")
        box, value = " ".join(box.split()), " ".join(value.split())
        if not colon or not _BOX.fullmatch(box) or not value or len(value) > LONGEST_VALUE:
            raise InvalidRequest(
                Sentence(
                    "Line {place} of the boxes must be a box, the letter of the line where there is"
                    " one, a colon and the value, such as `11 A: 5 NAR`.",
                    {"place": place},
                )
            )
        if first_unsafe(value) is not None:
            raise InvalidRequest(
                Sentence(
                    "Line {place} of the boxes has a character that is not seen.", {"place": place}
                )
            )
        found.append((box, value))
    if not 0 < len(found) <= MOST_BOXES:
        raise InvalidRequest(
            Sentence("Write 1 to {most} boxes, one on each line.", {"most": MOST_BOXES})
        )
    return tuple(found)


def typed_answer(fields: dict[str, str], at: datetime) -> MailAnswer:
    """The answer as a person typed it. at: aware.  fields: by name of `MailAnswer`.

    Raises PersonInvalid for every field that is missing or too long.
    """
    refusals, chosen = Refusals(), {}
    for field in ("issued", "as_written", "still_valid"):
        with refusals.collected():
            if fields.get(field) not in set(Choice):
                raise PersonInvalid(field, Sentence("Choose one of the answers to each question."))
            chosen[field] = Choice(fields[field])
    person = " ".join(fields.get("person", "").split())
    remarks = fields.get("remarks", "").replace("\r\n", "\n").strip()
    with refusals.collected():
        if not person or len(person) > LONGEST_NAME or first_unsafe(person) is not None:
            raise PersonInvalid("person", Sentence("Write your name, in at most 70 letters."))
    with refusals.collected():
        if len(remarks) > LONGEST_REMARKS or first_unsafe(remarks) is not None:
            raise PersonInvalid(
                "remarks", Sentence("Write remarks in at most 1000 letters, or leave them out.")
            )
    refusals.require_none()
    return MailAnswer(at, person, **chosen, remarks=remarks)
