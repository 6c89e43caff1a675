"""Permits published without a key get their seals: beside the documents as they are, and beside nothing else."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from store_acts import ANAC, MZ, NUMBER, a_published, confirm, publish

from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.verdict import Worth
from gateway.exchange.ports import ConcurrentChange, Document, Form, Sealer, UnsealedPermit
from gateway.exchange.seal_issued import SealIssued
from gateway.signatures.sealing import PermitSealer
from gateway.signatures.verifying import PermitSealVerifier
from gateway.store import Store
from tests.signatures.seal_pki import NOON, a_ca

CA = a_ca()
SIGNER = CA.issue("MZ")
BARE = {("v1", Form.NON_FINAL): Document(b"<CBFShip/>"), ("v2", Form.NON_FINAL): Document(b"<CITESEPermit/>")}


def the_sealer(at=NOON) -> PermitSealer:
    return PermitSealer(SIGNER.key, (SIGNER.certificate,), lambda: at)


def publish_bare(store: Store, place: int = 1, documents: Mapping = BARE) -> CertificateNumber:
    published = a_published(f"MZ26EX{place:06d}")
    publish(store, published, documents=documents)
    return published.permit.number


def answered(store: Store, number: CertificateNumber, version: str, form: Form = Form.NON_FINAL) -> Document:
    (kept,) = store.answers.find(MZ, number)
    found = store.answers.document(kept, version, form)
    assert found
    return found


def worth(found: Document) -> Worth:
    verifier = PermitSealVerifier((CA.certificate,), IsoCountryCode("MZ"), lambda: NOON)
    return verifier.judge(found.content, [found.seal] if found.seal else []).verdict.worth


def test_every_document_gets_a_seal_that_holds_and_stays_as_it_was(store: Store) -> None:
    numbers = [publish_bare(store, place) for place in range(1, 251)]
    assert worth(answered(store, numbers[0], "v1")) is Worth.UNSEALED
    sealing, told = SealIssued(store.unsealed_permits, the_sealer()), []
    assert sealing.count() == 250
    assert sealing.seal(lambda: told.append(1)) == 250
    assert (len(told), sealing.count()) == (250, 0)
    for number in numbers:
        for version, form in BARE:
            found = answered(store, number, version, form)
            assert found.content == BARE[version, form].content
            assert worth(found) is Worth.SEALED_VALID
    assert sealing.seal() == 0


def test_what_has_a_seal_keeps_it(store: Store) -> None:
    mixed = {
        ("v1", Form.NON_FINAL): Document(b"<CBFShip/>", b"<first/>"),
        ("v2", Form.FINAL): Document(b"<CITESEPermit/>"),
    }
    number = publish_bare(store, documents=mixed)
    assert SealIssued(store.unsealed_permits, the_sealer()).seal() == 1
    assert answered(store, number, "v1").seal == b"<first/>"
    assert worth(answered(store, number, "v2", Form.FINAL)) is Worth.SEALED_VALID


class Meddling:
    """A sealer that has somebody else act between reading and sealing."""

    def __init__(self, meddle) -> None:
        self._meddle = meddle
        self._sealer = the_sealer()

    def seal(self, written: bytes) -> bytes:
        self._meddle()
        return self._sealer.seal(written)


def rewritten(store: Store, content: bytes, seal: bytes | None) -> None:
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(stored, stored.published, {("v1", Form.NON_FINAL): Document(content, seal)})
        work.commit()


@pytest.mark.parametrize("seal", [b"<theirs/>", None])
def test_a_permit_that_others_rewrite_meanwhile_is_left_to_them(store: Store, seal: bytes | None) -> None:
    publish_bare(store, documents={("v1", Form.NON_FINAL): Document(b"<CBFShip/>")})
    sealing = SealIssued(store.unsealed_permits, Meddling(lambda: rewritten(store, b"<CBFShip>2</CBFShip>", seal)))
    assert sealing.seal() == 0
    assert answered(store, NUMBER, "v1") == Document(b"<CBFShip>2</CBFShip>", seal)
    assert sealing.count() == (seal is None)


def test_of_a_permit_half_of_which_was_rewritten_nothing_is_sealed_until_it_is_looked_at_again(store: Store) -> None:
    publish_bare(store)
    (unsealed,) = store.unsealed_permits.after(0, 10)
    other = UnsealedPermit(unsealed.place, {**unsealed.documents, ("v2", Form.NON_FINAL): b"<another/>"})
    assert not store.unsealed_permits.add_seals(other, dict.fromkeys(other.documents, b"<seal/>"))
    assert answered(store, NUMBER, "v1").seal is None
    assert store.unsealed_permits.add_seals(unsealed, dict.fromkeys(unsealed.documents, b"<seal/>"))
    assert answered(store, NUMBER, "v1").seal == b"<seal/>"


def test_who_read_the_permit_before_it_was_sealed_has_to_read_it_again(store: Store) -> None:
    publish_bare(store)
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
    SealIssued(store.unsealed_permits, the_sealer()).seal()
    with pytest.raises(ConcurrentChange), store.begin_work() as work:
        work.permits.change(stored, stored.published, {})
    confirm(store, "za", "1")
    assert worth(answered(store, NUMBER, "v1")) is Worth.SEALED_VALID


def test_a_key_that_is_out_of_date_seals_nothing_and_what_was_sealed_before_stays(store: Store) -> None:
    for place in (1, 2):
        publish_bare(store, place)

    class Ending:
        calls = 0

        def seal(self, written: bytes) -> bytes:
            self.calls += 1
            late = NOON + timedelta(days=20_000 if self.calls > 2 else 0)
            return the_sealer(late).seal(written)

    sealer: Sealer = Ending()
    with pytest.raises(KeyUnusable):
        SealIssued(store.unsealed_permits, sealer).seal()
    assert store.unsealed_permits.count() == 1
    assert SealIssued(store.unsealed_permits, the_sealer()).seal() == 1


def test_the_same_document_of_two_permits_is_sealed_for_each(store: Store) -> None:
    publish_bare(store, 1)
    publish_bare(store, 2)
    SealIssued(store.unsealed_permits, the_sealer()).seal()
    for place in (1, 2):
        assert worth(answered(store, CertificateNumber(f"MZ26EX00000{place}"), "v2")) is Worth.SEALED_VALID
