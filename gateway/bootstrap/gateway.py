"""A gateway: parts by subject, put together from the settings over one database.

A part is imported and made when it is first used: a command that lists the outbox need not wait for
the SOAP libraries. The parts' modules import the rooms, so each is imported where it is made.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import now
from gateway.bootstrap.shared_parts import SharedParts
from gateway.exchange.ports import Clock
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.availability.part import AvailabilityPart
    from gateway.bootstrap.parts.credential.part import CredentialPart
    from gateway.bootstrap.parts.declarations.part import DeclarationsPart
    from gateway.bootstrap.parts.heads import HeadsPart
    from gateway.bootstrap.parts.integrity import IntegrityPart
    from gateway.bootstrap.parts.introduction import IntroductionPart
    from gateway.bootstrap.parts.journal import JournalPart
    from gateway.bootstrap.parts.listings import ListingsPart
    from gateway.bootstrap.parts.mail_questions.part import MailQuestionsPart
    from gateway.bootstrap.parts.national.part import NationalPart
    from gateway.bootstrap.parts.outbox import OutboxPart
    from gateway.bootstrap.parts.paper.part import PaperPart
    from gateway.bootstrap.parts.partners import PartnersPart
    from gateway.bootstrap.parts.permits import PermitsPart
    from gateway.bootstrap.parts.report.part import ReportPart
    from gateway.bootstrap.parts.report.sharing import SharingPart
    from gateway.bootstrap.parts.resealing import ResealingPart
    from gateway.bootstrap.parts.service import ServicePart
    from gateway.bootstrap.parts.trace.part import TracePart
    from gateway.bootstrap.preparation.worker import Preparer
    from gateway.bootstrap.web.api import ApiPart
    from gateway.bootstrap.web.customs import CustomsPart
    from gateway.bootstrap.web.people import PeoplePart
    from gateway.exchange.permits.publication.batches import PrepareBatches


@dataclass(frozen=True)
class Gateway(SharedParts):
    """A gateway. Use it as a context manager, or call `close`."""

    @cached_property
    def permits(self) -> "PermitsPart":
        """Permits of our authorities."""
        from gateway.bootstrap.parts.permits import PermitsPart

        return PermitsPart(
            self.settings.gateway.authorities,
            self.settings.partners,
            self._formats,
            self.keys,
            self.database,
            self.clock,
            lambda: self.integrity.keep,
            lambda: self.listings.judge,
            self._workers,
            lambda: self.listings.watch,
            self.settings.supporting_documents,
        )

    @cached_property
    def national(self) -> "NationalPart":
        """National sources."""
        from gateway.bootstrap.parts.national.part import NationalPart

        return NationalPart(self.settings.directory, self.permits)

    @cached_property
    def listings(self) -> "ListingsPart":
        """Reference data for the rules."""
        from gateway.bootstrap.parts.listings import ListingsPart

        return ListingsPart(
            self.permits.served,
            self.settings.partners,
            self.settings.species_plus,
            self.database,
            self.clock,
        )

    @cached_property
    def integrity(self) -> "IntegrityPart":
        """Whether permits are what was recorded of them."""
        from gateway.bootstrap.parts.integrity import IntegrityPart
        from gateway.bootstrap.parts.own_keys import journal_verifier, seal_certificates

        return IntegrityPart(
            self.permits.served,
            lambda: seal_certificates(self.settings),
            lambda: journal_verifier(self.settings),
            self._formats,
            self.keys,
            self.database,
            self.clock,
        )

    @cached_property
    def paper(self) -> "PaperPart":
        """Codes of printed permits, and key lists."""
        from gateway.bootstrap.parts.paper.part import PaperPart

        return PaperPart(
            self.settings,
            self.permits.served,
            lambda: self.integrity.keep,
            self.keys,
            self.database,
            self.clock,
        )

    @cached_property
    def credential(self) -> "CredentialPart":
        """Verifiable credentials of permits."""
        from gateway.bootstrap.parts.credential.part import CredentialPart

        return CredentialPart(
            self.settings, self.paper, lambda: self.integrity.keep, self.database, self.clock
        )

    @cached_property
    def resealing(self) -> "ResealingPart":
        """Permits after the revocation of a sealing key."""
        from gateway.bootstrap.parts.own_keys import seal_certificates
        from gateway.bootstrap.parts.resealing import ResealingPart

        return ResealingPart(
            self.settings.partners,
            lambda: seal_certificates(self.settings),
            lambda: self.integrity.keep,
            self.keys,
            self.database,
            self.clock,
        )

    @cached_property
    def journal(self) -> "JournalPart":
        """The journal of exchanges."""
        from gateway.bootstrap.parts.journal import JournalPart
        from gateway.bootstrap.parts.own_keys import journal_verifier, revoked_seals

        return JournalPart(
            self.settings.journal,
            lambda: journal_verifier(self.settings),
            lambda: revoked_seals(self.settings),
            self.settings.certificate_pins,
            frozenset(partner.key for partner in self.settings.partners),
            self.keys,
            self.database,
            self.clock,
        )

    @cached_property
    def heads(self) -> "HeadsPart":
        """Journal heads in other places, and those of partners."""
        from gateway.bootstrap.parts.heads import HeadsPart

        return HeadsPart(
            self.settings,
            lambda: self.keys.head_signer,
            lambda partner: self.partners.directory.for_country(partner.country.text),
            self.database,
            self.clock,
        )

    @cached_property
    def people(self) -> "PeoplePart":
        """People who sign in."""
        from gateway.bootstrap.web.people import PeoplePart

        return PeoplePart(self.settings, self.keys, self.database, self.clock)

    @cached_property
    def api(self) -> "ApiPart":
        """Systems that call the JSON API."""
        from gateway.bootstrap.web.api import ApiPart

        return ApiPart(self.settings, self.keys, self.database, self.clock)

    @cached_property
    def customs(self) -> "CustomsPart":
        """The customs desk."""
        from gateway.bootstrap.web.customs import CustomsPart

        return CustomsPart(
            self.settings,
            lambda: self.partners,
            lambda: self.outbox,
            lambda: self.paper,
            lambda: self.declarations.free,
            self.keys,
            self.database,
            self.clock,
        )

    @cached_property
    def mail_questions(self) -> "MailQuestionsPart":
        """Questions by mail to authorities without a system."""
        from gateway.bootstrap.parts.mail_questions.part import MailQuestionsPart

        return MailQuestionsPart(self.settings, self.keys, self.database, self.clock)

    @cached_property
    def partners(self) -> "PartnersPart":
        """Partners that we ask."""
        from gateway.bootstrap.parts.partners import PartnersPart

        return PartnersPart(
            self.settings.partners,
            self.settings.client,
            self.settings.directory / "data/calls",
            self.settings.dialect_of,
            self.settings.message_security,
            self._formats,
            lambda: self.heads.with_partners() if self._exchanges_heads else {},
            lambda: self.listings.judge_foreign,
            lambda partner: self.availability.history.lately(partner),
            self.database,
            self.clock,
        )

    @cached_property
    def availability(self) -> "AvailabilityPart":
        """Availability of partners."""
        from gateway.bootstrap.parts.availability.part import AvailabilityPart

        return AvailabilityPart(
            self.settings.partners,
            self.settings.client,
            lambda: self.partners,
            self.database,
            self.clock,
        )

    @cached_property
    def introduction(self) -> "IntroductionPart":
        """Introduces partners to each other."""
        from gateway.bootstrap.parts.introduction import IntroductionPart

        return IntroductionPart(self.settings, lambda: self.partners, self.database, self.clock)

    @cached_property
    def outbox(self) -> "OutboxPart":
        """Confirmed quantities on their way to partners."""
        from gateway.bootstrap.parts.outbox import OutboxPart

        return OutboxPart(
            self.settings.outbox,
            lambda: self.partners,
            lambda: self.declarations.free,
            self.keys,
            self.database,
            self.clock,
        )

    @cached_property
    def declarations(self) -> "DeclarationsPart":
        """Customs declarations, and what they hold of permits."""
        from gateway.bootstrap.parts.declarations.part import DeclarationsPart
        from gateway.bootstrap.parts.own_keys import journal_verifier

        return DeclarationsPart(
            self.settings.declarations,
            self.settings.partners,
            self.permits.served,
            lambda: self.integrity.keep,
            lambda: self.partners,
            lambda: self.outbox,
            lambda country, number: self.report.documents.find(country, number),
            lambda: self.listings.references,
            lambda: journal_verifier(self.settings),
            self.keys,
            self.database,
            self.clock,
        )

    @cached_property
    def report(self) -> "ReportPart":
        """The annual report."""
        from gateway.bootstrap.parts.report.part import ReportPart

        return ReportPart(
            self.settings.gateway.authorities,
            self.settings.partners,
            self.settings.report_query,
            self._formats,
            lambda: self.listings.references,
            lambda: self.trace.trace,
            self.database,
            self.clock,
        )

    @cached_property
    def sharing(self) -> "SharingPart":
        """Differences of counts that are shared with partners."""
        from gateway.bootstrap.parts.report.sharing import SharingPart

        return SharingPart(
            self.settings.partners,
            self.settings.client,
            self.settings.outbox,
            self.settings.dialect_of,
            self.report,
            self.database,
            self.clock,
        )

    @cached_property
    def trace(self) -> "TracePart":
        """Where the goods of a permit came from."""
        from gateway.bootstrap.parts.trace.part import TracePart

        return TracePart(
            self.permits.served,
            lambda: self.integrity.keep,
            self.settings.partners,
            self.settings.risk,
            lambda: self.report,
            lambda: self.listings,
            lambda: self.partners.ask,
            lambda country, number: self.partners.ended.code(country, number),
            self.database,
            self.clock,
        )

    @cached_property
    def service(self) -> "ServicePart":
        """The service that partners call."""
        from gateway.bootstrap.parts.service import ServicePart

        return ServicePart(
            self.settings,
            self.permits,
            self.integrity,
            lambda: self.partners.endpoint_security,
            lambda alerts: self.heads.with_partners(alerts) if self._exchanges_heads else {},
            lambda: self.sharing,
            self.maintenance,
            self.keys,
            self.database,
            self.clock,
        )

    @property
    def _exchanges_heads(self) -> bool:
        return any(partner.exchange_heads for partner in self.settings.partners)

    def _workers(self, permits: int) -> "AbstractContextManager[PrepareBatches] | None":
        from gateway.bootstrap.preparation.pool import workers_for

        return workers_for(partial(_open_preparer, self.settings, self.clock), permits)


def build(settings: Settings, clock: Clock = now) -> Gateway:
    """Put a gateway together. Nothing is opened before it is used."""
    return Gateway(settings, clock)


@contextmanager
def _open_preparer(settings: Settings, clock: Clock) -> Iterator["Preparer"]:
    """Parts by which a worker process prepares permits."""
    with build(settings, clock) as gateway:
        yield gateway.permits.prepare, lambda: gateway.keys.sealer
