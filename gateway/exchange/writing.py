"""In which schema versions can a permit be written? Done once, when it is published or confirmed, never per answer."""

from collections.abc import Mapping, Sequence

from gateway.domain.endorsement import EndorsementRule
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit import Permit
from gateway.domain.published import PublishedPermit, Status
from gateway.exchange.ports import Document, Form, PermitFormat, Sealer


def write_every(
    formats: Sequence[PermitFormat], permit: Permit, form: Form, sealer: Sealer | None
) -> tuple[Mapping[tuple[str, Form], Document], tuple[tuple[str, DocumentInvalid], ...]]:
    """Documents with their seals by (version, form), and for each version that cannot hold the permit the reason.

    sealer: None where this gateway seals nothing.  Raises KeyUnusable where the seal cannot be made.
    """
    documents: dict[tuple[str, Form], Document] = {}
    unavailable: list[tuple[str, DocumentInvalid]] = []
    for permit_format in formats:
        try:
            content = permit_format.write(permit)
        except DocumentInvalid as reason:
            unavailable.append((permit_format.version, reason))
        else:
            documents[permit_format.version, form] = Document(content, sealer.seal(content) if sealer else None)
    return documents, tuple(unavailable)


def final_documents(
    before: PublishedPermit, after: PublishedPermit, rule: EndorsementRule, formats: Sequence[PermitFormat],
    sealer: Sealer | None,
) -> Mapping[tuple[str, Form], Document]:  # fmt: skip
    """Documents with box 14, where a permit has become final or its box 14 another one; else none."""
    if after.status is not Status.FINAL:
        return {}
    final = after.final_permit(rule)
    if before.status is Status.FINAL and final == before.final_permit(rule):
        return {}
    return write_every(formats, final, Form.FINAL, sealer)[0]
