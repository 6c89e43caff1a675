"""Key lists as a hostile server gives them: each is refused, and stops no fetching of others."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.crypto.keys.purposes import DOCUMENT_SIGNING
from gateway.crypto.paper.keys import key_facts
from gateway.crypto.paper.list_signer import KeyListVerifier
from gateway.domain.errors import InvalidRequest, KeyUnusable, TrustRefused
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.permits.paper.fetch_lists import FetchKeyLists
from gateway.exchange.permits.paper.key_list_file import PURPOSE, fields_of, read
from gateway.exchange.permits.paper.key_lists import ListTrust, PartnerKeyLists
from gateway.exchange.ports.paper.codes import KeptList
from tests.crypto.paper.papers import a_paper
from tests.pki import NOW, Authority, Identity

MZ = IsoCountryCode("MZ")


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "seals")


@pytest.fixture
def seal(ca: Authority) -> Identity:
    return ca.issue("seal", DOCUMENT_SIGNING, country="MZ")


def a_file(seal: Identity, text: bytes, certificates: bytes | None = None) -> bytes:
    signer = JournalSigner(seal.key, (seal.certificate,))
    fields = {
        "text": b64encode(text).decode(),
        "signature": b64encode(signer.sign(PURPOSE + text)).decode(),
        "certificates": (certificates or signer.certificates).decode(),
    }
    return json.dumps(fields).encode()


def a_text(**changed: Any) -> bytes:
    made_at = NOW.isoformat(timespec="microseconds")
    return json.dumps({**fields_of(a_paper().list), "made_at": made_at, **changed}).encode()


def taken(ca: Authority, content: bytes) -> object:
    verifier = KeyListVerifier((ca.certificate,), MZ, None, lambda: NOW)
    return read(content, ListTrust("mz", MZ, lambda: verifier).verifier_of, key_facts, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"withdrawn": {"salt": "00" * 16, "count": float("inf"), "coded": ""}},
        {"next_at": "9999-12-31T23:59:59.000000-14:00"},
        {"keys": [[]]},
        {"authorities": [{}]},
        {"made_at": "0001-01-01T00:00:00.000000+14:00"},
        {"made_at": "0001-01-01T00:00:00.000000+00:00"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_signed_list_that_cannot_be_read_is_refused(
    ca: Authority, seal: Identity, changed: dict[str, Any]
) -> None:
    with pytest.raises(TrustRefused):
        taken(ca, a_file(seal, a_text(**changed)))


@pytest.mark.parametrize("part", ["key", "subject"])
def test_a_certificate_with_a_broken_part_is_refused(
    ca: Authority, seal: Identity, part: str
) -> None:
    der = seal.certificate.public_bytes(Encoding.DER)
    point = seal.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    broken = der.replace(
        *((point, b"\x04" + b"\xff" * 64) if part == "key" else (b"MZ", b"\xff\xfe"))
    )
    assert broken != der
    pem = b"-----BEGIN CERTIFICATE-----\n" + b64encode(broken) + b"\n-----END CERTIFICATE-----\n"
    with pytest.raises(TrustRefused):
        taken(ca, a_file(seal, a_text(), pem))


class Held:
    """The port `HeldKeyLists` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, KeptList] = {}

    def of(self, partner: str) -> KeptList | None:
        return self.kept.get(partner)

    def every(self) -> Iterator[KeptList]:
        yield from self.kept.values()

    def received(self) -> dict[str, datetime]:
        return {}

    def keep(self, new: KeptList, before: bytes | None) -> bool:
        self.kept[new.partner] = new
        return True


class Giving:
    """The port `KeyListSource`, which gives a file."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def fetch(self) -> bytes:
        return self.content


def unreadable() -> KeyListVerifier:
    raise KeyUnusable("za.pem holds no PEM certificates of those who may seal permits.")


def lists_of(ca: Authority, held: Held, trusts: list[ListTrust] | None = None) -> PartnerKeyLists:
    verifier = KeyListVerifier((ca.certificate,), MZ, None, lambda: NOW)
    trusted = [ListTrust("mz", MZ, lambda: verifier)] if trusts is None else trusts
    return PartnerKeyLists(held, lambda: trusted, key_facts, lambda: NOW)  # type: ignore[arg-type]


def made_at(moment: datetime) -> bytes:
    return a_text(made_at=moment.isoformat(timespec="microseconds"))


def test_an_older_list_replaces_no_newer_one_that_is_not_trusted_any_more(
    ca: Authority, seal: Identity, tmp_path: Path
) -> None:
    held = Held()
    lists_of(ca, held).take(a_file(seal, a_text()), "mz")
    newer = held.kept["mz"]
    (tmp_path / "other").mkdir()
    other_ca = Authority(tmp_path / "other", "others")
    other = other_ca.issue("seal", DOCUMENT_SIGNING, country="MZ")
    lists = lists_of(other_ca, held)
    (no_more,) = lists.every()
    assert no_more.signed is None
    with pytest.raises(InvalidRequest, match="a newer one is held"):
        lists.take(a_file(other, made_at(NOW - timedelta(days=1))), "mz")
    assert held.kept["mz"] is newer
    lists.take(a_file(other, made_at(NOW + timedelta(minutes=1))), "mz")
    assert held.kept["mz"] is not newer


def test_unreadable_anchors_of_one_partner_stop_no_list_of_another(
    ca: Authority, seal: Identity
) -> None:
    verifier = KeyListVerifier((ca.certificate,), MZ, None, lambda: NOW)
    held, content = Held(), a_file(seal, a_text())
    trusts = [
        ListTrust("za", IsoCountryCode("ZA"), unreadable),
        ListTrust("mz", MZ, lambda: verifier),
    ]
    lists = lists_of(ca, held, trusts)
    sources = {"za": Giving(a_file(seal, a_text(country="ZA"))), "mz": Giving(content)}
    fetched = list(FetchKeyLists(sources, lists, lambda: NOW).due(lambda: False))
    assert [each.partner for each in fetched] == ["za", "mz"]
    assert "za.pem holds no PEM" in fetched[0].problem
    assert (fetched[1].problem, list(held.kept)) == ("", ["mz"])
    lists.take(content)  # from a file, of any partner
    held.kept["za"] = KeptList("za", a_file(seal, a_text(country="ZA")), NOW)
    assert {each.partner: each.problem[:6] for each in lists.every()} == {"mz": "", "za": "za.pem"}
