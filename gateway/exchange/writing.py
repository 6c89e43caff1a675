"""In which schema versions can a permit be written? Done once, when it is published or confirmed, never per answer."""

from collections.abc import Mapping, Sequence

from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit import Permit
from gateway.exchange.ports import Form, PermitFormat


def write_every(
    formats: Sequence[PermitFormat], permit: Permit, form: Form
) -> tuple[Mapping[tuple[str, Form], bytes], tuple[tuple[str, DocumentInvalid], ...]]:
    """Documents by (version, form), and for each version that cannot hold the permit the reason with its box."""
    documents: dict[tuple[str, Form], bytes] = {}
    unavailable: list[tuple[str, DocumentInvalid]] = []
    for permit_format in formats:
        try:
            documents[permit_format.version, form] = permit_format.write(permit)
        except DocumentInvalid as reason:
            unavailable.append((permit_format.version, reason))
    return documents, tuple(unavailable)
