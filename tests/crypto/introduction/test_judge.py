"""Certificates of a partner's file: taken, left out or refused, and the roll-over to new ones."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.crypto.introduction.judge import JudgedFile, judge_file
from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import PartnerSettings, Settings, load_settings
from gateway.settings.introduction.partner_file import (
    AuthorityEntry,
    CertificateEntries,
    PartnerFile,
)
from tests.pki import DAY, NOW, SERVER, Authority, Identity
from tests.settings.conftest import GATEWAY


@dataclass
class World:
    folder: Path
    ca: Authority
    settings: Settings

    def file(self, *clients: Identity | Authority, **pems: str) -> PartnerFile:
        client = "".join(each.certificate_pem for each in map(Certified, clients))
        entries = {"client": client, "client_ca": self.ca.pem.read_text()} | pems
        return PartnerFile(
            format=1,
            made_at=datetime.now(UTC),
            country=IsoCountryCode("ZA"),
            authority=(AuthorityEntry(code="DFFE", name="DFFE"),),
            certificates=CertificateEntries(**{key: pem for key, pem in entries.items() if pem}),
        )

    def judged(
        self, file: PartnerFile, known: PartnerSettings | None = None, *, keep_former: bool = True
    ) -> JudgedFile:
        return judge_file(file, "za.toml", self.settings, known, NOW, keep_former=keep_former)

    def known(self, *clients: Identity, keeps: bool = True) -> PartnerSettings:
        file = self.folder / "kept.pem"
        file.write_text("".join(Certified(each).certificate_pem for each in clients))
        return PartnerSettings.model_validate(
            {
                "key": "za",
                "country": "ZA",
                "certificate_sha256": tuple(each.sha256 for each in clients),
                "certificates_file": file if keeps else None,
            }
        )

    def refusal(self, file: PartnerFile) -> str:
        with pytest.raises(SettingsInvalid) as refused:
            self.judged(file)
        return refused.value.text


@dataclass
class Certified:
    holder: Identity | Authority

    @property
    def certificate_pem(self) -> str:
        file = getattr(self.holder, "certificate_file", None) or self.holder.pem
        return Path(file).read_text()


@pytest.fixture
def world(tmp_path: Path) -> World:
    for folder in ("conf", "keys"):
        (tmp_path / folder).mkdir()
    ca = Authority(tmp_path, "za-ca")
    stranger = Authority(tmp_path, "stranger")
    for name in ("server.pem", "server.key.pem", "token.key"):
        (tmp_path / "keys" / name).write_text("x" * 32)
    (tmp_path / "keys/ca.pem").write_text(stranger.pem.read_text())
    (tmp_path / "conf/gateway.toml").write_text(GATEWAY, encoding="utf-8")
    return World(tmp_path, ca, load_settings(tmp_path, {}))


def test_each_certificate_is_shown_with_its_use(world: World) -> None:
    client = world.ca.issue("client", country="ZA")
    judged = world.judged(world.file(client, server_ca=world.ca.pem.read_text()))
    assert judged.certificates.fingerprints == (client.sha256,)
    assert [use for use, _ in judged.to_compare] == [
        "its client certificate",
        "CA of its client certificates",
        "CA of its server",
    ]
    assert judged.remarks == []


def test_a_new_certificate_stands_beside_the_one_that_is_known(world: World) -> None:
    old, new = (world.ca.issue(name, country="ZA") for name in ("old", "new"))
    judged = world.judged(world.file(new), world.known(old))
    assert judged.certificates.fingerprints == (new.sha256, old.sha256)
    assert judged.certificates.client.count(b"BEGIN CERTIFICATE") == 2
    assert judged.remarks == [f"Stays beside the new ones: {old.sha256}"]
    by_pin_alone = world.judged(world.file(new), world.known(old, keeps=False))
    assert by_pin_alone.certificates.fingerprints == (new.sha256, old.sha256)


def test_what_has_expired_does_not_stay(world: World) -> None:
    old = world.ca.issue("old", country="ZA", until=NOW - DAY / 24)
    new = world.ca.issue("new", country="ZA")
    judged = world.judged(world.file(new), world.known(old))
    assert judged.certificates.fingerprints == (new.sha256,)
    assert judged.certificates.client.count(b"BEGIN CERTIFICATE") == 1


def test_after_a_theft_only_what_the_file_names_counts(world: World) -> None:
    old, new = (world.ca.issue(name, country="ZA") for name in ("old", "new"))
    judged = world.judged(world.file(new), world.known(old), keep_former=False)
    assert judged.certificates.fingerprints == (new.sha256,)


def test_a_file_without_client_certificates_takes_none_away(world: World) -> None:
    judged = world.judged(world.file(), world.known(world.ca.issue("old", country="ZA")))
    assert judged.certificates.fingerprints == ()
    assert judged.certificates.client == b""


def test_an_expired_certificate_beside_another_is_left_out_and_said(world: World) -> None:
    old = world.ca.issue("old", country="ZA", until=NOW - DAY / 24)
    new = world.ca.issue("new", country="ZA")
    judged = world.judged(world.file(old, new))
    assert judged.certificates.fingerprints == (new.sha256,)
    assert "Left out: CN=old,C=ZA. It has expired: it was valid until" in judged.remarks[0]


def test_a_file_is_refused_for_a_client_certificate_that_could_not_be_used(world: World) -> None:
    ca = world.ca
    stranger = Authority(world.folder, "other")
    cases = {
        "has expired": ca.issue("expired", country="ZA", until=NOW - DAY / 24),
        "not made for client": ca.issue("server", SERVER, country="ZA"),
        "names the country MZ": ca.issue("mz", country="MZ"),
        "neither in the file": stranger.issue("strange", country="ZA"),
    }
    for said, client in cases.items():
        text = world.refusal(world.file(client))
        assert text.startswith("za.toml: certificates.client: CN=")
        assert said in text
    assert "not made for client" in world.refusal(world.file(ca))


def test_a_ca_that_is_none_or_has_expired_is_refused(world: World) -> None:
    leaf = Certified(world.ca.issue("leaf", SERVER)).certificate_pem
    assert "certificates.server_ca: CN=leaf is no certificate of a CA." in world.refusal(
        world.file(server_ca=leaf)
    )
    over = Authority(world.folder, "over", until=NOW - DAY)
    for key in ("client_ca", "server_ca", "seal_anchors"):
        text = world.refusal(world.file(**{key: over.pem.read_text()}))
        assert f"certificates.{key}: CN=over: It has expired" in text


def test_certificates_that_cannot_be_read_are_refused(world: World) -> None:
    broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    for key in ("client", "client_ca", "server_ca", "seal_anchors"):
        assert "cannot be read" in world.refusal(world.file(**{key: broken}))
    many = world.ca.pem.read_text() * 21
    assert "cannot be read" in world.refusal(world.file(server_ca=many))
