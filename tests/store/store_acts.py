"""Helpers of the store's tests: publish, confirm, record."""

from datetime import UTC, datetime

from uuid_utils import uuid7

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import Declaration, SeenQuantity
from gateway.domain.partner import Partner
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import (
    Attachment,
    ConcurrentChange,
    DeliveryEvent,
    Direction,
    Document,
    DocumentForm,
    Exchange,
    NewPermit,
    OutgoingConfirmation,
)
from tests.builders import a_permit

MZ = IsoCountryCode("MZ")
ANAC = Authority(MZ, "ANAC")
NUMBER = CertificateNumber("MZ26EX000001")
CUSTOMS = Partner("za", IsoCountryCode("ZA"))
DOCUMENTS = {
    ("v1", DocumentForm.NON_FINAL): Document(b"<CBFShip/>", b"<seal of='v1'/>"),
    ("v2", DocumentForm.NON_FINAL): Document(b"<CITESEPermit/>"),
}


def clock() -> datetime:
    return datetime(2026, 3, 5, 8, 0, 0, 123456, UTC)


def a_published(
    number: str = NUMBER.text, authority: Authority = ANAC, **changes
) -> PublishedPermit:
    return PublishedPermit(authority, a_permit(number), **changes)


def publish(
    store, published=None, token_hash=b"\x00\xff" * 16, attachments=(), documents=None
) -> PublishedPermit:
    """Store a permit and commit."""
    published = published or a_published()
    with store.begin_work() as work:
        written = DOCUMENTS if documents is None else documents
        work.permits.add([NewPermit(published, token_hash, attachments, written)])
        work.commit()
    return published


def document(
    store, version: str = "v1", form: DocumentForm = DocumentForm.NON_FINAL
) -> bytes | None:
    """The document of the one permit of that number."""
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    found = store.permit_lookup.document(header, version, form)
    return found.content if found else None


def confirm(
    store, by: str, amount: str, position: str = "A", number: CertificateNumber = NUMBER
) -> None:
    """Confirm a quantity as a use case does: repeated on ConcurrentChange."""
    partner = Partner(by, IsoCountryCode("ZA"))
    while True:
        try:
            with store.begin_work() as work:
                stored = work.permits.get(ANAC, number)
                later, _, _ = stored.published.confirm(
                    [SeenQuantity(position, amount)], partner, clock(), "ab" * 32, str(uuid7())
                )
                work.permits.change(stored, later, {})
                work.commit()
                return
        except ConcurrentChange:
            continue


def declare(store, *, used_up: bool, recorded: Exchange | None = None) -> None:
    """Close the permit, or open it again, and write it into the journal."""
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        event = Declaration(str(uuid7()), clock(), "J. Macuácua", "the season is over", used_up)
        work.permits.change(stored, stored.published.declare(event), {})
        work.record(recorded or an_exchange())
        work.commit()


def an_exchange(**changes) -> Exchange:
    exchange = {
        "id": str(uuid7()),
        "direction": Direction.IN,
        "began_at": clock(),
        "ended_at": clock(),
        "operation": "GetNonFinalCitesCertificate",
        "caller": "za",
        "callee": "MZ",
        "fingerprint": "ab" * 32,
        "permit_number": NUMBER.text,
        "outcome": "ok",
        "request": b"\x00request\xff",
        "answer": b"answer",
    }
    return Exchange(**{**exchange, **changes})


PICTURE = Attachment("../résumé 1.pdf", b"%PDF\x00\xff")


def book(store, place: int) -> str:
    """Add a delivery to the outbox; returns its id."""
    outgoing = OutgoingConfirmation(
        f"{place:036}",
        "MZ",
        f"MZ26EX{place:06d}",
        None,
        (SeenQuantity("A", "5"),),
        "T. Nkosi",
        clock(),
        DeliveryState.WAITING,
        0,
        clock(),
        None,
        "booked",
    )
    store.outbox.add(outgoing, DeliveryEvent(clock(), DeliveryState.WAITING, "booked", "T. Nkosi"))
    return outgoing.id
