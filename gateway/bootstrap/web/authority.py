"""Desk of an authority, composed: its use cases with store, mail and settings."""

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.parts.mail_questions.part import mailer_of
from gateway.exchange.authority.mending import FindingsToMend
from gateway.exchange.authority.mismatches import AuthorityMismatches
from gateway.exchange.authority.notices import NotifyPartners, PartnerContact
from gateway.exchange.authority.search import SearchPermits
from gateway.exchange.authority.trail import Trail
from gateway.settings import Settings
from gateway.web.authority.area import authority_area
from gateway.web.authority.desk import AuthorityDesk
from gateway.web.people.page import Area


def authority_pages(gateway: Gateway) -> Area:
    """The pages. Raises ServiceUnavailable, KeyUnusable."""
    settings, store, permits = gateway.settings, gateway.store, gateway.permits
    trail = Trail(store.permit_trail, store.journal, gateway.clock, new_id)
    partners = settings.partners
    return authority_area(
        AuthorityDesk(
            gateway.people.authorities,
            [partner.key for partner in partners],
            SearchPermits(store.permit_search, gateway.clock),
            permits.show,
            permits.ledger,
            permits.ending,
            trail,
            NotifyPartners(
                trail,
                contacts(settings),
                mailer_of(settings.mail),
                store.journal,
                gateway.clock,
                new_id,
            ),
            FindingsToMend(store.permit_search, gateway.listings.judge),
            AuthorityMismatches(
                store.report.trade,
                store.report.settlements,
                {partner.key: partner.country.text for partner in partners},
                gateway.clock,
                new_id,
                gateway.report.shared_with,
            ),
            gateway.sharing.act,
            permits.documents,
        )
    )


def contacts(settings: Settings) -> dict[str, PartnerContact]:
    """Contact of each partner of the settings, by its key."""
    return {
        partner.key: PartnerContact(
            partner.country.text,
            partner.contact.line if partner.contact else "",
            partner.contact.mail if partner.contact else "",
        )
        for partner in settings.partners
    }
