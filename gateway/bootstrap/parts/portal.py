"""Portal part of a gateway: the pages that describe the service to integrators.

The pages get plain data: addresses and names from the settings, permits of the sandbox, elements of
the permit documents from the adapters.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from importlib import resources

from adapters.national.context import AuthorityDefaults, RecordContext
from adapters.national.registry import national_source
from adapters.registry import formats
from gateway.domain.errors import DocumentInvalid, RecordInvalid
from gateway.exchange.ports import NationalRecord
from gateway.settings import Settings
from gateway.web.pages import ServicePages
from gateway.web.portal.description import DocumentElement, Service, Support
from schemas import VersionName

_EXAMPLES = ("sandbox.json", "mozambique.json", "south_africa.csv")
"""National records whose documents give the examples of elements."""


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
            elements=document_elements,
        )
    )


def document_elements(version: VersionName) -> Sequence[DocumentElement]:
    """Elements of a permit document, with examples out of the records that are installed."""
    format_ = formats()[version]
    documents = []
    for record in (record for name in _EXAMPLES for record in _records(name)):
        try:
            documents.append(format_.write(record.permit))
        except DocumentInvalid:
            continue  # this version has no element for a value of it
    return [
        DocumentElement(
            each.path, each.kind, each.occurs, each.attributes, each.boxes, each.meaning,
            each.example,
        )
        for each in format_.elements(documents)
    ]  # fmt: skip


def _records(name: str) -> Iterator[NationalRecord]:
    context = RecordContext(lambda _: AuthorityDefaults("ANAC", "MZ", UTC), str)
    with resources.as_file(resources.files("adapters.national.examples") / name) as file:
        for record in national_source(file, context).records(file):
            if isinstance(record, RecordInvalid):
                raise record
            yield record
