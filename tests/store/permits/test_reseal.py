"""Re-sealing: seals of a former key are replaced whole, kept, recorded; others are named."""

import json
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError
from uuid_utils import uuid7

from gateway.crypto.permit_seal.own_seals import OwnSealVerifier
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.errors import InvalidRequest, KeyUnusable
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.partner import Partner
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.resealing.affected import AffectedPermits
from gateway.exchange.permits.resealing.as_issued import FormerKey
from gateway.exchange.permits.resealing.reseal import OPERATION, Resealed, ResealPermits
from gateway.exchange.ports import Direction, Document, DocumentForm, JournalFilter
from gateway.store import Store
from tests.crypto.permit_seal.seal_pki import NOON, Holder, a_ca
from tests.fakes import Unrecorded
from tests.store.store_acts import ANAC, MZ, a_published, publish

CA = a_ca()
STOLEN, OURS, STRANGER = CA.issue("MZ"), CA.issue("MZ"), CA.issue("MZ")
HOUR = timedelta(hours=1)
NON_FINAL = DocumentForm.NON_FINAL
V1, V2 = ("v1", NON_FINAL), ("v2", NON_FINAL)
BY = ResponsiblePerson("A. Machel", "the laptop was stolen")


def sha256(holder: Holder) -> str:
    return holder.certificate.fingerprint(hashes.SHA256()).hex()


KEY = FormerKey(sha256(STOLEN), NOON - HOUR)


def sealer(holder: Holder, at: datetime = NOON) -> PermitSealer:
    return PermitSealer(holder.key, (holder.certificate,), lambda: at)


def sealed(content: bytes, holder: Holder = STOLEN, at: datetime = NOON - 2 * HOUR) -> Document:
    return Document(content, sealer(holder, at).seal(content))


def issue(store: Store, place: int, **documents: Document) -> CertificateNumber:
    """Publish a permit. documents: v1, v2; left out: both sealed with the key that is stolen."""
    published = a_published(f"MZ26EX{place:06d}")
    given = {(version, NON_FINAL): document for version, document in documents.items()}
    both = {V1: sealed(b"<CBFShip>%d</CBFShip>" % place), V2: sealed(b"<CITESEPermit/>")}
    publish(store, published, documents={**both, **given})
    return published.permit.number


def found(store: Store, number: CertificateNumber, version: str = "v1") -> Document:
    (header,) = store.permit_lookup.find(MZ, number)
    document = store.permit_lookup.document(header, version, NON_FINAL)
    assert document
    return document


def signer(document: Document) -> Holder:
    """The one that sealed it; the seal holds."""
    for holder in (STOLEN, OURS, STRANGER):
        verifier = PermitSealVerifier((holder.certificate,), IsoCountryCode("MZ"), lambda: NOON)
        if verifier.judge(document.content, [document.seal or b""]).verdict.is_trusted:
            return holder
    raise AssertionError("its seal does not hold")


def resealing(store: Store, sealing=None) -> ResealPermits:
    ours = {sha256(holder): holder.certificate for holder in (STOLEN, OURS)}
    return ResealPermits(
        store.sealed_permits,
        OwnSealVerifier(ours, lambda: NOON),
        sealing or sealer(OURS),
        store.begin_work,
        Unrecorded(),
        lambda: NOON,
        lambda: str(uuid7()),
    )


def reseal(store: Store, sealing=None, compared: tuple[str, ...] = ()) -> list[Resealed]:
    return list(resealing(store, sealing).reseal(KEY, BY, compared))


def rows(url: str, query: str) -> list:
    engine = create_engine(url)
    with engine.connect() as connection:
        answer = connection.execute(text(query)).all()
    engine.dispose()
    return list(answer)


@pytest.mark.long_haul  # tests/cli seals permits again
@pytest.mark.slow
def test_every_seal_of_the_key_is_replaced_and_documents_stay(store: Store, url: str) -> None:
    numbers = [issue(store, place) for place in range(1, 61)]
    before = {number: found(store, number) for number in numbers}
    assert [result.problem for result in reseal(store)] == [None] * 60
    for number in numbers:
        assert found(store, number).content == before[number].content
        assert signer(found(store, number)) is OURS
        assert signer(found(store, number, "v2")) is OURS
    kept = rows(url, "SELECT signer, form FROM former_seal")
    assert len(kept) == 120
    assert {row.signer for row in kept} == {KEY.sha256}
    query = "SELECT bytes FROM content JOIN former_seal ON seal_id = id"
    old = {seal for (seal,) in rows(url, query)}
    assert before[numbers[0]].seal in {bytes(seal) for seal in old}
    assert reseal(store) == []


def test_the_journal_says_who_did_it_and_why_for_each_permit(store: Store) -> None:
    number = issue(store, 1)
    reseal(store)
    (record,) = store.journal.search(JournalFilter(operation=OPERATION), 10)
    assert (record.direction, record.permit_number) == (Direction.OWN, number.text)
    said = json.loads(record.request)
    assert (said["person"], said["reason"]) == (BY.person, BY.reason)
    assert (said["former_key"], len(said["documents"])) == (KEY.sha256, 2)


def test_seals_of_other_keys_and_documents_without_stay(store: Store) -> None:
    ours, bare = sealed(b"<CBFShip/>", OURS), Document(b"<CBFShip>2</CBFShip>")
    one, two = issue(store, 1, v1=ours), issue(store, 2, v1=bare)
    assert len(reseal(store)) == 2
    assert found(store, one).seal == ours.seal
    assert found(store, two).seal is None
    assert signer(found(store, two, "v2")) is OURS


CHANGED = Document(b"<CBFShip>9</CBFShip>", sealed(b"<CBFShip>1</CBFShip>").seal)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("document", "why"),
    [
        (CHANGED, "does not hold"),
        (sealed(b"<CBFShip>9</CBFShip>", at=NOON - HOUR), "Compare it with the national record"),
    ],
    ids=["document exchanged", "sealed by the thief"],
)
def test_what_was_not_issued_keeps_its_seal_whole_and_is_named(
    store: Store, document: Document, why: str
) -> None:
    number, other = issue(store, 1, v1=document), issue(store, 2)
    refused, done = reseal(store)
    assert refused.name == "MZ/ANAC MZ26EX000001"
    assert why in (refused.problem or "")
    assert done.problem is None
    assert found(store, number) == document
    assert signer(found(store, number, "v2")) is STOLEN, "a permit is done whole or not at all"
    assert signer(found(store, other)) is OURS
    assert [result.name for result in reseal(store)] == [refused.name], "it is named again"


def test_a_permit_that_a_person_compared_is_sealed_if_its_seal_holds(store: Store) -> None:
    late = sealed(b"<CBFShip>1</CBFShip>", at=NOON - HOUR)
    one, two = issue(store, 1, v1=late), issue(store, 2, v1=CHANGED)
    results = reseal(store, compared=(one.text, two.text))
    assert [result.problem is None for result in results] == [True, False]
    assert signer(found(store, one)) is OURS


def test_a_seal_that_only_names_our_certificate_is_refused(store: Store) -> None:
    """The structure is ours, the signature another's."""
    theirs = sealed(b"<CBFShip/>", STRANGER)
    assert theirs.seal
    issue(store, 1, v1=theirs)
    ours = {sha256(STRANGER): STOLEN.certificate}
    reading = OwnSealVerifier({**ours, sha256(STOLEN): STOLEN.certificate}, lambda: NOON)
    assert reading.signer(theirs.seal) == sha256(STRANGER)
    (done,) = reseal(store)
    assert done.problem is None
    assert signer(found(store, CertificateNumber("MZ26EX000001"))) is STRANGER


@pytest.mark.slow
def test_after_an_interruption_the_next_call_goes_on(store: Store) -> None:
    for place in (1, 2):
        issue(store, place)

    class Ending:
        calls = 0

        def seal(self, document: bytes) -> bytes:
            self.calls += 1
            if self.calls > 3:  # in the middle of the second permit
                raise KeyUnusable("the token was pulled out")
            return sealer(OURS).seal(document)

    with pytest.raises(KeyUnusable):
        reseal(store, Ending())
    assert signer(found(store, CertificateNumber("MZ26EX000001"))) is OURS
    assert signer(found(store, CertificateNumber("MZ26EX000002"))) is STOLEN
    assert [result.name[-1] for result in reseal(store)] == ["2"]


@pytest.mark.both_databases
def test_a_permit_that_is_changed_meanwhile_is_left_alone_and_named(store: Store) -> None:
    number = issue(store, 1)
    newer = sealed(b"<CBFShip>newer</CBFShip>", OURS)

    class Meddling:
        def seal(self, document: bytes) -> bytes:
            with store.begin_work() as work:
                (header,) = store.permit_lookup.find(MZ, number)
                stored = work.permits.get(header.authority, number)
                work.permits.change(stored, stored.published, {V1: newer})
                work.commit()
            return sealer(OURS).seal(document)

    (result,) = reseal(store, Meddling())
    assert "changed by others" in (result.problem or "")
    assert found(store, number) == newer
    assert not store.journal.search(JournalFilter(operation=OPERATION), 10)


def test_without_a_person_and_a_reason_nothing_is_done(store: Store) -> None:
    number = issue(store, 1)
    with pytest.raises(InvalidRequest):
        list(resealing(store).reseal(KEY, ResponsiblePerson("A. Machel", " ")))
    assert signer(found(store, number)) is STOLEN


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement", ["DELETE FROM former_seal", "UPDATE former_seal SET signer = 'x'"]
)
def test_former_seals_are_never_changed(store: Store, url: str, statement: str) -> None:
    issue(store, 1)
    reseal(store)
    engine = create_engine(url)
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_list_names_to_each_partner_what_it_may_see(store: Store) -> None:
    issue(store, 1)
    reseal(store)
    issue(store, 2)
    issue(store, 3, v1=sealed(b"<CBFShip/>", OURS), v2=sealed(b"<CITESEPermit/>", OURS))
    partners = [Partner(code.lower(), IsoCountryCode(code)) for code in ("ZA", "JP")]
    ours = {sha256(holder): holder.certificate for holder in (STOLEN, OURS)}
    listing = AffectedPermits(store.sealed_permits, OwnSealVerifier(ours, lambda: NOON), partners)
    affected = list(listing.of(KEY.sha256))
    assert [(one.permit.number.text[-1], one.sealed_anew) for one in affected] == [
        ("1", True),
        ("2", False),
    ]
    assert {one.partners for one in affected} == {("za",)}


def test_a_permit_whose_former_document_the_key_has_sealed_is_listed(store: Store) -> None:
    number = issue(store, 1)
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, number)
        assert stored is not None
        now = {name: Document(b"<later/>", sealer(OURS).seal(b"<later/>")) for name in (V1, V2)}
        work.permits.keep_former(stored, list(now), "a record")
        work.permits.change(stored, stored.published, now)
        work.commit()
    ours = {sha256(holder): holder.certificate for holder in (STOLEN, OURS)}
    listing = AffectedPermits(store.sealed_permits, OwnSealVerifier(ours, lambda: NOON), ())
    assert [one.permit.number for one in listing.of(KEY.sha256)] == [number]
    assert [one.permit.number for one in listing.of(sha256(STRANGER))] == []
