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
from gateway.domain.partner import OperationName
from gateway.exchange.ports import NationalRecord
from gateway.settings import Settings
from gateway.web.pages import ServicePages
from gateway.web.portal.description import DocumentElement, ExamplePermit, Service, Support
from schemas import VersionName

_EXAMPLES = ("sandbox.json", "mozambique.json")
"""National records whose documents give the examples of elements."""


def service_pages(settings: Settings, software: str) -> ServicePages:
    """The pages of the service. software: its version, as ServiceState says it."""
    gateway = settings.gateway
    contact = gateway.contact
    permits = _sandbox_permits() if settings.sandbox else ()
    return ServicePages(
        Service(
            public_address=gateway.public_address,
            authorities=tuple(authority.name for authority in gateway.authorities),
            software=software,
            examples=_examples(permits, gateway.authorities[0].country.text),
            permits=permits,
            sandbox=settings.sandbox,
            needs_certificate=not settings.sandbox,
            support=Support(
                tuple(filter(None, (contact.name, contact.mail, contact.phone))) if contact else (),
                settings.portal.support_hours,
                settings.portal.version_notice_months,
            ),
            elements=_elements,
        )
    )


_ANSWERED = "answered"
_PURPOSES = {
    "MZ26EX000001": ("Three lines in pieces and kilograms, to be asked for", _ANSWERED),
    "MZ26EX000002": ("The same shape, to confirm quantities on", _ANSWERED),
    "MZ26EX000003": ("Confirmed on every line, with box 14", _ANSWERED),
    "MZ26EX000004": ("Cancelled by the authority", "CertificateCancelled"),
    "MZ26EX000005": ("Replaced by another permit", "CertificateReplaced"),
    "MZ26EX000006": ("A value that contract v1 has no element for", "OperationNotAvailable"),
    "MZ26OC000007": ("Certificate of ownership, for many journeys", _ANSWERED),
    "MZ26EX000008": ("Without a token", _ANSWERED),
    "MZ26EX000009": ("With an attachment", _ANSWERED),
}


def _sandbox_permits() -> tuple[ExamplePermit, ...]:
    return tuple(
        ExamplePermit(
            record.permit.number,
            record.token.text if record.token else None,
            record.permit.authority.country.text,
            *_PURPOSES[record.permit.number],
        )
        for record in _records("sandbox.json")
    )


_NUMBERS = {OperationName.GET_FINAL: "MZ26EX000003", OperationName.GET_FINAL_AS_THE_HUB: "MZ26EX000003",
            OperationName.CONFIRM_QUANTITIES: "MZ26EX000002"}


def _examples(
    permits: Sequence[ExamplePermit], country: str
) -> dict[OperationName, ExamplePermit]:
    """The permit that each operation's page asks for; an invented one outside of a sandbox."""
    if not permits:
        invented = ExamplePermit(f"{country}26EX000001", "TOKEN-OF-THE-PERMIT", country)
        return dict.fromkeys(OperationName, invented)
    by_number = {permit.number: permit for permit in permits}
    return {
        operation: by_number[_NUMBERS.get(operation, permits[0].number)]
        for operation in OperationName
    }


def _elements(version: VersionName) -> Sequence[DocumentElement]:
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
