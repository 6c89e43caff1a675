"""Helpers of tests: supporting documents in a store."""

from datetime import UTC, datetime
from hashlib import sha256

from gateway.domain.supporting.content import FileType
from gateway.domain.supporting.document import Removal, SupportingDocument
from tests.store.store_acts import ANAC, NUMBER
from tests.supporting_files import a_pdf

AT = datetime(2026, 3, 6, 9, 0, 0, 5, UTC)
REMOVAL = Removal(AT, "T. Sitoe", "sent by mistake")


def a_document(
    identity: str = "d1", file: bytes = a_pdf(), *, for_partners: bool = True
) -> SupportingDocument:
    return SupportingDocument(
        identity,
        "LAF",
        f"{identity} é.pdf",
        FileType.PDF,
        len(file),
        sha256(file).hexdigest(),
        ("A",),
        for_partners,
        AT,
        "A. Cossa",
        "the finding",
    )


def support(store, document: SupportingDocument | None = None, file: bytes = a_pdf()) -> None:
    """Add a document to the permit, and commit."""
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.supporting.add(stored, document or a_document(), file)
        work.commit()
