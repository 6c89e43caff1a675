"""Service pages: the developer portal, made of the settings and of what the sandbox offers."""

from collections.abc import Sequence

from gateway.settings import Settings
from gateway.web.pages import ServicePages
from gateway.web.portal.description import DocumentElement, Service, Support
from schemas import VersionName


def service_pages(settings: Settings, software: str) -> ServicePages:
    """The pages of the service. software: its version, as ServiceState says it."""
    gateway = settings.gateway
    contact = gateway.contact
    sandbox = None
    if settings.sandbox:
        from gateway.bootstrap.sandbox.downloads import sandbox_of

        sandbox = sandbox_of(settings)
    return ServicePages(
        Service(
            public_address=gateway.public_address,
            authorities=tuple(authority.name for authority in gateway.authorities),
            country=gateway.authorities[0].country.text,
            software=software,
            sandbox=sandbox,
            needs_certificate=not settings.takes_any_caller,
            support=Support(
                tuple(filter(None, (contact.name, contact.mail, contact.phone))) if contact else (),
                settings.portal.support_hours,
                settings.portal.version_notice_months,
            ),
            elements=_elements,
        )
    )


def _elements(version: VersionName) -> Sequence[DocumentElement]:
    # Readers of national records are needed for this page alone.
    from gateway.bootstrap.portal.document_elements import document_elements

    return document_elements(version)
