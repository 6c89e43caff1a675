"""Port of look-ups: questions of customs officers for foreign permits, with their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.exchange.ports.partners import PartnerReply


class LookUpState(StrEnum):
    """State of a look-up."""

    WAITING = "waiting"
    """The partner has not answered yet; the gateway asks again by itself."""
    ANSWERED = "answered"
    """The partner answered: with the permit, or with a refusal."""
    GIVEN_UP = "given-up"
    """The partner did not answer for days."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refusal by a partner, or an answer that is of no use. code: of the error tree.

    partner_code: of the partner's fault; empty for another error.  text: for a person, in English.
    """

    code: str
    text: str
    partner_code: str = ""


@dataclass(frozen=True, slots=True)
class LookUp:
    """A question of an officer for a foreign permit.

    id: UUIDv7.  person_id: of the officer.  country, number: of the permit.
    token: encrypted; None where the permit has none.  final: with box 14.
    asked_at, due_at: aware; due_at is the earliest moment of the next attempt.
    reply: the newest document with its seals; None where there is none.
    refusal: in place of a document.
    fetched_at: when the document came, where it is an earlier copy; aware.
    answered_at: aware, None while it waits.
    seen: whether the officer has opened it since it was answered.
    """

    id: str
    person_id: str
    country: str
    number: str
    token: bytes | None
    final: bool
    asked_at: datetime
    due_at: datetime
    state: LookUpState = LookUpState.WAITING
    attempts: int = 0
    reply: PartnerReply | None = None
    refusal: Refusal | None = None
    fetched_at: datetime | None = None
    answered_at: datetime | None = None
    seen: bool = False


class LookUps(Protocol):
    """Look-ups as they stand. Every method raises ServiceUnavailable."""

    def add(self, look_up: LookUp) -> None:
        """Store a new look-up."""

    def find(self, identity: str, person_id: str) -> LookUp | None:
        """Return the look-up of an id, if it is this person's; else None."""

    def of_person(self, person_id: str, count: int) -> Sequence[LookUp]:
        """Return the look-ups of a person, newest first, without their documents."""

    def due(self, now: datetime, count: int) -> Sequence[LookUp]:
        """Return the look-ups that wait and are due, oldest first."""

    def claim(self, look_up: LookUp, until: datetime) -> bool:
        """Count an attempt and let no other process begin one until a moment.

        Returns False where another process was first.
        """

    def settle(self, look_up: LookUp) -> None:
        """Store state, answer and next attempt of a look-up that `claim` or `add` gave us."""

    def note_seen(self, look_up: LookUp) -> None:
        """Note that the officer has opened an answered look-up."""
