"""Sealing permits that were published without a key: seals for unchanged documents only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.verdict import SealStatus
from gateway.exchange.permits.seal_issued import SealIssued
from gateway.exchange.ports import ConcurrentChange, Document, DocumentForm, Sealer, UnsealedPermit
from gateway.store import Store
from tests.crypto.permit_seal.seal_pki import NOON, a_ca
from tests.fakes import Unrecorded
from tests.store.store_acts import ANAC, MZ, NUMBER, a_published, confirm, publish

CA = a_ca()
SIGNER = CA.issue("MZ")
BARE = {
    ("v1", DocumentForm.NON_FINAL): Document(b"<CBFShip/>"),
    ("v2", DocumentForm.NON_FINAL): Document(b"<CITESEPermit/>"),
}


def the_sealer(at=NOON) -> PermitSealer:
    return PermitSealer(SIGNER.key, (SIGNER.certificate,), lambda: at)


def sealing_of(store: Store, sealer: Sealer | None = None) -> SealIssued:
    """What records say is of no matter here: tests/store/integrity has that."""
    return SealIssued(
        store.unsealed_permits, store.begin_work, sealer or the_sealer(), Unrecorded()
    )


def add_seals(store: Store, unsealed: UnsealedPermit) -> bool:
    with store.begin_work() as work:
        done = work.integrity.add_seals(unsealed, dict.fromkeys(unsealed.documents, b"<seal/>"))
        if done:
            work.commit()
    return done


def publish_bare(store: Store, place: int = 1, documents: Mapping = BARE) -> CertificateNumber:
    published = a_published(f"MZ26EX{place:06d}")
    publish(store, published, documents=documents)
    return published.permit.number


def answered(
    store: Store,
    number: CertificateNumber,
    version: str,
    form: DocumentForm = DocumentForm.NON_FINAL,
) -> Document:
    (header,) = store.permit_lookup.find(MZ, number)
    found = store.permit_lookup.document(header, version, form)
    assert found
    return found


def worth(found: Document) -> SealStatus:
    verifier = PermitSealVerifier((CA.certificate,), IsoCountryCode("MZ"), lambda: NOON)
    return verifier.judge(found.content, [found.seal] if found.seal else []).verdict.worth


@pytest.mark.slow
def test_every_document_gets_a_seal_that_holds_and_stays_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.exchange.permits.seal_issued._PAGE_SIZE", 10)
    numbers = [publish_bare(store, place) for place in range(1, 26)]
    assert worth(answered(store, numbers[0], "v1")) is SealStatus.UNSEALED
    sealing, told = sealing_of(store), []
    assert sealing.count() == 25
    assert sealing.seal(lambda: told.append(1)).sealed == 25
    assert (len(told), sealing.count()) == (25, 0)
    for number in numbers:
        for version, form in BARE:
            found = answered(store, number, version, form)
            assert found.content == BARE[version, form].content
            assert worth(found) is SealStatus.SEALED_VALID
    assert sealing.seal().sealed == 0


def test_existing_seals_stay(store: Store) -> None:
    mixed = {
        ("v1", DocumentForm.NON_FINAL): Document(b"<CBFShip/>", b"<first/>"),
        ("v2", DocumentForm.FINAL): Document(b"<CITESEPermit/>"),
    }
    number = publish_bare(store, documents=mixed)
    assert sealing_of(store).seal().sealed == 1
    assert answered(store, number, "v1").seal == b"<first/>"
    assert worth(answered(store, number, "v2", DocumentForm.FINAL)) is SealStatus.SEALED_VALID


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
        work.permits.change(
            stored, stored.published, {("v1", DocumentForm.NON_FINAL): Document(content, seal)}
        )
        work.commit()


@pytest.mark.both_databases
@pytest.mark.parametrize("seal", [b"<theirs/>", None])
def test_a_permit_that_is_changed_meanwhile_is_left_alone(store: Store, seal: bytes | None) -> None:
    publish_bare(store, documents={("v1", DocumentForm.NON_FINAL): Document(b"<CBFShip/>")})
    sealing = sealing_of(store, Meddling(lambda: rewritten(store, b"<CBFShip>2</CBFShip>", seal)))
    assert sealing.seal().sealed == 0
    assert answered(store, NUMBER, "v1") == Document(b"<CBFShip>2</CBFShip>", seal)
    assert sealing.count() == (seal is None)


def test_of_a_permit_half_of_which_was_rewritten_nothing_is_sealed_until_it_is_looked_at_again(
    store: Store,
) -> None:
    publish_bare(store)
    (unsealed,) = store.unsealed_permits.after(0, 10)
    documents = {**unsealed.documents, ("v2", DocumentForm.NON_FINAL): b"<another/>"}
    assert not add_seals(store, replace(unsealed, documents=documents))
    assert answered(store, NUMBER, "v1").seal is None
    assert add_seals(store, unsealed)
    assert answered(store, NUMBER, "v1").seal == b"<seal/>"


def test_a_change_based_on_the_unsealed_permit_is_refused(store: Store) -> None:
    publish_bare(store)
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
    sealing_of(store).seal()
    with pytest.raises(ConcurrentChange), store.begin_work() as work:
        work.permits.change(stored, stored.published, {})
    confirm(store, "za", "1")
    assert worth(answered(store, NUMBER, "v1")) is SealStatus.SEALED_VALID


def test_a_key_that_is_out_of_date_seals_nothing_and_what_was_sealed_before_stays(
    store: Store,
) -> None:
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
        sealing_of(store, sealer).seal()
    assert store.unsealed_permits.count() == 1
    assert sealing_of(store).seal().sealed == 1


def test_the_same_document_of_two_permits_is_sealed_for_each(store: Store) -> None:
    publish_bare(store, 1)
    publish_bare(store, 2)
    sealing_of(store).seal()
    for place in (1, 2):
        assert (
            worth(answered(store, CertificateNumber(f"MZ26EX00000{place}"), "v2"))
            is SealStatus.SEALED_VALID
        )
