"""Version of a permit: its documents between two changes, kept in the history with their seals.

An authority may alter a permit that it issued where it signs the alteration (50 CFR 23.26(c)(1),
23.52). So a changed record of a permit that nobody has used is a new version: its documents are
sealed anew, the former ones stay with their seals, and an audit record names both by digest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from gateway.domain.published import PublishedPermit
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.permits.documents import Documents
from gateway.exchange.ports import Document, DocumentForm, Exchange, NationalRecord

OPERATION = "PermitVersion"
Name = tuple[str, DocumentForm]
"""Schema version and form of a document."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Documents of a change.

    documents: all of each form that changes; those that say the same keep their seals.
    replaced: names of stored documents that the change replaces or takes away.
    """

    documents: Documents
    replaced: Sequence[Name]


def new_version(stored: Documents, written: Documents) -> NewVersion:
    """Compare the documents of a change with those that are stored."""
    documents = {
        name: stored[name] if _says_the_same(stored.get(name), document) else document
        for name, document in written.items()
    }
    changed = {name[1] for name, document in documents.items() if stored.get(name) is not document}
    changed |= {form for _, form in documents} & {
        name[1] for name in stored if name not in documents
    }
    return NewVersion(
        {name: document for name, document in documents.items() if name[1] in changed},
        [
            name
            for name, document in stored.items()
            if name[1] in changed and documents.get(name) is not document
        ],
    )


def exchange_of(
    record_id: str,
    at: datetime,
    record: NationalRecord,
    later: PublishedPermit,
    stored: Documents,
    version: NewVersion,
) -> Exchange:
    """The audit record of a new version; its keys are fixed, as the journal keeps it for years.

    record: of the national system, whose file and row say where the change comes from.
    """
    authority, number = later.authority, later.permit.number.text
    fields = {
        "v": 1,
        "at": moment(at),
        "country": authority.country.text,
        "authority": authority.code,
        "number": number,
        "file": record.file,
        "row": record.row,
        "documents": [
            {
                "version": name[0],
                "form": name[1].value,
                "former": _digests(stored, name),
                "now": _digests(version.documents, name),
            }
            for name in version.replaced
        ],
    }
    return Exchange.own(record_id, OPERATION, at, canonical(fields), permit_number=number)


def _says_the_same(stored: Document | None, written: Document) -> bool:
    return (
        stored is not None
        and stored.content == written.content
        and (stored.seal is not None or written.seal is None)
    )


def _digests(documents: Mapping[Name, Document], name: Name) -> dict[str, str | None] | None:
    document = documents.get(name)
    if document is None:
        return None
    seal = sha256(document.seal).hexdigest() if document.seal else None
    return {"document": sha256(document.content).hexdigest(), "seal": seal}
