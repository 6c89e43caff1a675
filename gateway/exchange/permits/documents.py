"""Permit documents: a permit is written and sealed in every schema version that can hold it.

This happens once, when the permit is published or confirmed, never per answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.domain.errors import DocumentInvalid
from gateway.domain.ledger.endorsement import EndorsementRule
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import Document, DocumentForm, PermitFormat, Sealer

Documents = Mapping[tuple[str, DocumentForm], Document]
"""Documents of a permit by (version, form)."""
Unavailable = tuple[tuple[str, DocumentInvalid], ...]
"""(version, reason with box) for each schema version that cannot hold a permit."""


def write_all_versions(
    formats: Sequence[PermitFormat], permit: Permit, form: DocumentForm, sealer: Sealer | None
) -> tuple[Documents, Unavailable]:
    """Write and seal a permit in every schema version, with the loss notes of each.

    sealer: None where this gateway seals nothing.
    Raises KeyUnusable where the seal cannot be made.
    """
    documents: dict[tuple[str, DocumentForm], Document] = {}
    unavailable: list[tuple[str, DocumentInvalid]] = []
    for permit_format in formats:
        try:
            content, losses = permit_format.write(permit), permit_format.losses(permit)
        except DocumentInvalid as reason:
            unavailable.append((permit_format.version, reason))
        else:
            documents[permit_format.version, form] = Document(
                content, sealer.seal(content) if sealer else None, losses
            )
    return documents, tuple(unavailable)


def sealed(documents: Documents, sealer: Sealer | None) -> Documents:
    """Seal what has no seal yet. sealer: None where this gateway seals nothing.

    Raises KeyUnusable.
    """
    if sealer is None:
        return documents
    return {
        name: document if document.seal else replace(document, seal=sealer.seal(document.content))
        for name, document in documents.items()
    }


def final_documents(
    before: PublishedPermit,
    after: PublishedPermit,
    rule: EndorsementRule,
    formats: Sequence[PermitFormat],
    sealer: Sealer | None,
) -> Documents:
    """Write the documents with box 14 after a change of the permit.

    Returns none where the permit is not final, or its box 14 is the same as before.
    Raises KeyUnusable.
    """
    if after.status is not Status.FINAL:
        return {}
    final = after.final_permit(rule)
    if before.status is Status.FINAL and final == before.final_permit(rule):
        return {}
    return write_all_versions(formats, final, DocumentForm.FINAL, sealer)[0]


def losses_of(documents: Documents) -> tuple[tuple[str, LossNote], ...]:
    """Return (schema version, loss note) of documents, each once, ordered by version."""
    notes = [
        (version, loss)
        for (version, _), document in sorted(documents.items(), key=lambda item: item[0][0])
        for loss in document.losses
    ]
    return tuple(dict.fromkeys(notes))
