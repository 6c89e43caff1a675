"""Parts of a gateway alone: each opened for the length of a block, for a command."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, TypeVar

from gateway.bootstrap.gateway import Gateway, build
from gateway.exchange.service.maintenance import Maintenance
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
    from gateway.bootstrap.parts.trace.part import TracePart
    from gateway.bootstrap.web.api import ApiPart
    from gateway.bootstrap.web.customs import CustomsPart
    from gateway.bootstrap.web.people import PeoplePart

Part = TypeVar("Part")


@contextmanager
def _open(settings: Settings, part: Callable[[Gateway], Part]) -> Iterator[Part]:
    """A part of a gateway alone, for the length of the block."""
    with build(settings) as gateway:
        yield part(gateway)


def open_permits(settings: Settings) -> AbstractContextManager["PermitsPart"]:
    """The permits part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.permits)


def open_national(settings: Settings) -> AbstractContextManager["NationalPart"]:
    """The national part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.national)


def open_paper(settings: Settings) -> AbstractContextManager["PaperPart"]:
    """The paper part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.paper)


def open_credential(settings: Settings) -> AbstractContextManager["CredentialPart"]:
    """The credential part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.credential)


def open_listings(settings: Settings) -> AbstractContextManager["ListingsPart"]:
    """The listings part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.listings)


def open_resealing(settings: Settings) -> AbstractContextManager["ResealingPart"]:
    """The re-sealing part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.resealing)


def open_journal(settings: Settings) -> AbstractContextManager["JournalPart"]:
    """The journal part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.journal)


def open_heads(settings: Settings) -> AbstractContextManager["HeadsPart"]:
    """The heads part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.heads)


def open_integrity(settings: Settings) -> AbstractContextManager["IntegrityPart"]:
    """The integrity part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.integrity)


def open_partners(settings: Settings) -> AbstractContextManager["PartnersPart"]:
    """The partners part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.partners)


def open_availability(settings: Settings) -> AbstractContextManager["AvailabilityPart"]:
    """The availability part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.availability)


def open_introduction(settings: Settings) -> AbstractContextManager["IntroductionPart"]:
    """The introduction part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.introduction)


def open_outbox(settings: Settings) -> AbstractContextManager["OutboxPart"]:
    """The outbox part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.outbox)


def open_people(settings: Settings) -> AbstractContextManager["PeoplePart"]:
    """The people part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.people)


def open_api(settings: Settings) -> AbstractContextManager["ApiPart"]:
    """The API part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.api)


def open_customs(settings: Settings) -> AbstractContextManager["CustomsPart"]:
    """The customs part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.customs)


def open_mail_questions(settings: Settings) -> AbstractContextManager["MailQuestionsPart"]:
    """The mail questions part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.mail_questions)


def open_maintenance(settings: Settings) -> AbstractContextManager[Maintenance]:
    """The maintenance mode alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.maintenance)


def open_report(settings: Settings) -> AbstractContextManager["ReportPart"]:
    """The report part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.report)


def open_declarations(settings: Settings) -> AbstractContextManager["DeclarationsPart"]:
    """The declarations part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.declarations)


def open_trace(settings: Settings) -> AbstractContextManager["TracePart"]:
    """The traceability part alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.trace)


def open_sharing(settings: Settings) -> AbstractContextManager["SharingPart"]:
    """The shared queue of differences alone, for the length of the block."""
    return _open(settings, lambda gateway: gateway.sharing)
