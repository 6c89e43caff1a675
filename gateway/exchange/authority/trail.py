"""Trail of a permit: exchanges of partners about it, acts of our people, and each look at it.

A person who opens a permit is recorded, because personal data of holders stand in it. Further looks
of the same person within `LOOK_LASTS` belong to the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.identifiers import Authority
from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.customs.signed_verdict import KIND as VERDICT
from gateway.exchange.ports import Clock, Exchange, Journal, NewId
from gateway.exchange.ports.authority.permit_trail import Inquirer, PermitTrail, TrailRecord

LOOKED_AT = "PermitLookedAt"
LOOK_LASTS = timedelta(minutes=15)
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """An exchange or an act, for people. at: aware.

    partner: key, of an exchange.  person: of an act, or the system that called the JSON interface.
    reason: of an act, or the operation that was called. Empty where none is named.
    """

    id: str
    at: datetime
    operation: str
    partner: str
    person: str
    reason: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of the trail. before: what the next page is asked with; empty where there is none."""

    entries: Sequence[TrailEntry]
    before: str


@dataclass(frozen=True, slots=True)
class Trail:
    """Use case: show the trail of a permit, and record each look at it."""

    records: PermitTrail
    journal: Journal
    clock: Clock
    new_id: NewId

    def page(self, authority: Authority, number: str, before: str = "") -> TrailPage:
        """Return a page of the trail, newest first. Raises ServiceUnavailable.

        Acts on a permit of the same number of another authority of the country are left out.
        """
        found = self.records.newest(authority.country, number, before or None, PAGE_SIZE)
        entries = [each for record in found if (each := _entry(record, authority))]
        return TrailPage(entries, found[-1].id if len(found) == PAGE_SIZE else "")

    def inquirers(self, authority: Authority, number: str) -> Sequence[Inquirer]:
        """Return the partners that were answered about it. Raises ServiceUnavailable."""
        return self.records.inquirers(authority.country, number)

    def look(self, authority: Authority, number: str, person: str, address: str) -> None:
        """Record that a person looks at a permit, unless they did just now.

        Raises ServiceUnavailable.
        """
        at = self.clock()
        newest = self.page(authority, number).entries
        if any(
            each.operation == LOOKED_AT and each.person == person and at - each.at < LOOK_LASTS
            for each in newest
        ):
            return
        fields = {
            "v": 1,
            "at": moment(at),
            "country": authority.country.text,
            "authority": authority.code,
            "number": number,
            "person": person,
            "address": address,
        }
        self.journal.record(
            Exchange.own(self.new_id(), LOOKED_AT, at, canonical(fields), permit_number=number)
        )


def _entry(record: TrailRecord, authority: Authority) -> TrailEntry | None:
    """The entry of a record; None for an act of another authority."""
    said: dict[str, object] = {}
    if record.message:
        try:
            said = parse_json(record.message)
        except ValueError:
            said = {}
        if not _is_of(said, authority):
            return None
    return TrailEntry(
        record.id,
        record.at,
        record.operation,
        record.caller or "",
        _person(said),
        str(said.get("reason") or (said.get("operation", "") if "system" in said else "")),
        str(said.get("outcome", record.outcome)),
    )


def _person(said: Mapping[str, object]) -> str:
    """Who acted: a person, an officer at the border, or a system."""
    events = said.get("events")
    where = events[0] if isinstance(events, list) and events else said
    named = (where.get(name) for name in ("person", "officer", "system"))
    return str(next((each for each in named if each), ""))


def _is_of(said: Mapping[str, object], authority: Authority) -> bool:
    """Whether an act is on a permit of the authority.

    A settlement names the issuer, and a declared use the country of the permit in each event. A
    verdict of customs names the authority of the officer; a call of a system the authority that the
    system belongs to, which is the one whose permits it reaches.
    """
    subject = said.get("subject")
    if isinstance(subject, dict):
        return subject.get("country") == authority.country.text and said.get("authority") == str(
            authority
        )
    if said.get("kind") == VERDICT:
        return said.get("country") == authority.country.text
    if "issuer" in said:
        return said["issuer"] == str(authority)
    events = said.get("events")
    if isinstance(events, list):
        return all(each.get("country") == authority.country.text for each in events)
    return (
        str(said.get("country", authority.country.text)) == authority.country.text
        and str(said.get("authority", authority.code)) == authority.code
    )
