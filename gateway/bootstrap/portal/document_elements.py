"""Document elements for the portal: from the adapters, with examples out of installed records."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from importlib import resources

from adapters.national.context import AuthorityDefaults, RecordContext
from adapters.national.registry import national_source
from adapters.registry import formats
from gateway.domain.errors import DocumentInvalid, RecordInvalid
from gateway.exchange.ports import NationalRecord
from gateway.web.portal.description import DocumentElement
from schemas import VersionName

_EXAMPLES = ("sandbox.json", "mozambique.json", "south_africa.csv")
"""National records whose documents give the examples of elements."""


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
