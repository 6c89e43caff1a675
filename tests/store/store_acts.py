"""What the tests of the store do again and again: publish, confirm, record."""

from datetime import UTC, datetime

from uuid_utils import uuid7

from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import Declaration, SeenQuantity
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.partner import Partner
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import (
    Attachment,
    ConcurrentChange,
    Direction,
    Document,
    Exchange,
    Form,
    Outgoing,
    OutgoingEvent,
)
from tests.builders import a_permit

MZ = IsoCountryCode("MZ")
ANAC = Authority(MZ, "ANAC")
NUMBER = CertificateNumber("MZ26EX000001")
CUSTOMS = Partner("za", IsoCountryCode("ZA"))
DOCUMENTS = {
    ("v1", Form.NON_FINAL): Document(b"<CBFShip/>", b"<seal of='v1'/>"),
    ("v2", Form.NON_FINAL): Document(b"<CITESEPermit/>"),
}


def clock() -> datetime:
    return datetime(2026, 3, 5, 8, 0, 0, 123456, UTC)


def a_published(number: str = NUMBER.text, authority: Authority = ANAC, **changes) -> PublishedPermit:
    return PublishedPermit(authority, a_permit(number), **changes)


def publish(store, published=None, token_hash=b"\x00\xff" * 16, attachments=(), documents=None) -> PublishedPermit:
    """Store a permit and commit."""
    published = published or a_published()
    with store.begin_work() as work:
        work.permits.add(published, token_hash, attachments, DOCUMENTS if documents is None else documents)
        work.commit()
    return published


def document(store, version: str = "v1", form: Form = Form.NON_FINAL) -> bytes | None:
    """The document of the one permit of that number."""
    (kept,) = store.answers.find(MZ, NUMBER)
    found = store.answers.document(kept, version, form)
    return found.content if found else None


def confirm(store, by: str, amount: str, position: str = "A", number: CertificateNumber = NUMBER) -> None:
    """Confirm a quantity as a use case does: again from the start as long as somebody else was quicker."""
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
    """One line of the outbox; its id."""
    outgoing = Outgoing(
        f"{place:036}", "MZ", f"MZ26EX{place:06d}", None, (SeenQuantity("A", "5"),), "T. Nkosi", clock(),
        DeliveryState.WAITING, 0, clock(), None, "booked",
    )  # fmt: skip
    store.outbox.add(outgoing, OutgoingEvent(clock(), DeliveryState.WAITING, "booked", "T. Nkosi"))
    return outgoing.id
