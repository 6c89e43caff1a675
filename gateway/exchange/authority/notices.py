"""Notices: partners that asked about a permit before are told by mail that it is over.

The wire has no operation for it: a partner learns the status when it asks again. The mail goes to
the contact of the partner in the settings; a partner without one is named, so that a person tells
it. Reasons stay here, as persons are named in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.codes import Language, mail_wording
from gateway.domain.errors import InvalidRequest, ServiceUnavailable
from gateway.domain.people.sentence import Sentence
from gateway.domain.published import PublishedPermit
from gateway.exchange.authority.trail import Trail
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.ports import Clock, Exchange, Journal, NewId
from gateway.exchange.ports.mail.mailer import Mailer

OPERATION = "PartnersNotified"
MAILING_LASTS = timedelta(seconds=5)
"""No mail is begun later than this after the first, as a person waits for the page.

With the time of the last mail it stays below the 30 seconds that an answer may take.
"""
_LANGUAGES: tuple[Language, ...] = ("english", "french", "spanish")


class Outcome(StrEnum):
    """Outcome of a notice to a partner."""

    MAILED = "mailed"
    NOT_TAKEN = "not-taken"
    """The mail server did not take the mail, or not in time."""
    NO_ADDRESS = "no-address"
    """The settings have no mail address of the partner, or no mail server."""


@dataclass(frozen=True, slots=True)
class PartnerContact:
    """Contact of a partner, from the settings. line: all of it.  mail: empty where there is none.

    country: code of the country that the partner acts for.
    """

    country: str
    line: str
    mail: str


@dataclass(frozen=True, slots=True)
class Notified:
    """A partner that asked before. last_at: aware.  contact: None for a partner of former times."""

    partner: str
    last_at: datetime
    contact: PartnerContact | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class NotifyPartners:
    """Use case: list the partners that asked about a permit, and tell them that it is over.

    contacts: by key of the partner.  mailer: None where the settings name no mail server.
    """

    trail: Trail
    contacts: Mapping[str, PartnerContact]
    mailer: Mailer | None
    journal: Journal
    clock: Clock
    new_id: NewId

    def asked(self, published: PublishedPermit) -> Sequence[Notified]:
        """Return the partners that asked before, with the outcome if no mail can be sent.

        Raises ServiceUnavailable.
        """
        found = self.trail.inquirers(published.authority, published.permit.number.text)
        return [
            Notified(
                each.partner,
                each.last_at,
                contact := self.contacts.get(each.partner),
                Outcome.MAILED if self.mailer and contact and contact.mail else Outcome.NO_ADDRESS,
            )
            for each in found
        ]

    def notify(self, published: PublishedPermit, person: str) -> Sequence[Notified]:
        """Send a mail to each of them, and record in the journal whom it went to.

        Where the mail server is slow, mails that are not begun within `MAILING_LASTS` are not sent.
        Raises InvalidRequest for a permit that is in force, ServiceUnavailable.
        """
        if published.status.in_force:
            raise InvalidRequest(
                Sentence("The permit is in force: there is nothing to tell."), box="1"
            )
        until = self.clock() + MAILING_LASTS
        told = [self._told(each, published, until) for each in self.asked(published)]
        if told:
            self.journal.record(self._record(published, person, told))
        return told

    def _told(self, each: Notified, published: PublishedPermit, until: datetime) -> Notified:
        if self.mailer is None or each.contact is None or not each.contact.mail:
            return each
        not_taken = Notified(each.partner, each.last_at, each.contact, Outcome.NOT_TAKEN)
        if self.clock() >= until:
            return not_taken
        try:
            self.mailer.send(each.contact.mail, *_mail(published))
        except ServiceUnavailable:
            return not_taken
        return each

    def _record(
        self, published: PublishedPermit, person: str, told: Sequence[Notified]
    ) -> Exchange:
        """The audit record; its keys are fixed, as the journal keeps it for years."""
        at, number = self.clock(), published.permit.number.text
        fields = {
            "v": 1,
            "at": moment(at),
            "country": published.authority.country.text,
            "authority": published.authority.code,
            "number": number,
            "status": published.status.value,
            "person": person,
            "partners": {each.partner: each.outcome.value for each in told},
        }
        return Exchange.own(self.new_id(), OPERATION, at, canonical(fields), permit_number=number)


def _mail(published: PublishedPermit) -> tuple[str, str]:
    """Subject and text: the same sentences in each language of the Convention."""
    wording = mail_wording()
    values = {
        "number": published.permit.number.text,
        "country": published.authority.country.text,
        "authority": str(published.authority),
        "status": published.status.value,
        "successor": published.successor.text if published.successor else "",
    }
    keys = ("notice_about", published.status.value, "notice_ask")
    paragraphs = (
        " ".join(wording[key].name(language).format_map(values) for key in keys)
        for language in _LANGUAGES
    )
    subject = wording["notice_subject"].english.format_map(values)
    return subject, "\n\n".join(paragraphs) + "\n"
