"""Key checks: each problem of key file, passphrase, chain, permissions or clock has its remedy."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from gateway.crypto.keys.checks import KeyFiles, check_key
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.files import load_chain, load_private_key
from gateway.crypto.keys.purposes import Purpose
from gateway.domain.errors import KeyUnusable
from tests.pki import CLIENT, DAY, NOW, SERVER, Authority

PASSPHRASE = b"correct horse"


def pem(key, passphrase: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def secret(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "authority", root=Authority(tmp_path, "root"))


@pytest.fixture
def files(authority: Authority, tmp_path: Path) -> KeyFiles:
    """A server's key and certificate as they should be."""
    party = authority.issue("epix.example.mz", SERVER)
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(party.certificate_file.read_bytes() + authority.pem.read_bytes())
    return KeyFiles(Purpose.SERVER, certificate, secret(tmp_path / "key.pem", pem(party.key)))


def trouble(files: KeyFiles, now=NOW, development: bool = False) -> str:
    with pytest.raises(KeyUnusable) as refused:
        check_key(files, now, development=development)
    return refused.value.text


def test_a_key_as_it_should_be_is_taken(files: KeyFiles) -> None:
    assert len(check_key(files, NOW, development=False)) == 2


@pytest.mark.parametrize("kind", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_an_encrypted_key_opens_with_the_first_line_of_its_passphrase_file(
    tmp_path: Path, kind
) -> None:
    key = ec.generate_private_key(kind)
    file = secret(tmp_path / "key.pem", pem(key, PASSPHRASE))
    passphrase = secret(tmp_path / "passphrase", PASSPHRASE + b"\r\nsecond line")
    assert load_private_key(file, passphrase).private_numbers() == key.private_numbers()


def test_a_key_that_is_not_encrypted_needs_no_passphrase(files: KeyFiles, tmp_path: Path) -> None:
    assert check_key(replace(files, passphrase=tmp_path / "not there"), NOW, development=False)


@pytest.mark.parametrize(
    ("change", "reason", "remedy"),
    [
        (lambda f: f.key.unlink(), "key.pem cannot be read: no such file", "ls -l"),
        (lambda f: f.key.chmod(0o640), "key.pem can be read by others than its owner", "chmod 600"),
        (lambda f: f.key.chmod(0o604), "key.pem can be read by others than its owner", "chmod 600"),
        (lambda f: f.key.write_bytes(b"nothing"), "key.pem holds no PEM private key", "keys new"),
        (
            lambda f: f.key.write_bytes(f.certificate.read_bytes()),
            "holds no PEM private key",
            "keys new",
        ),
        (
            lambda f: f.key.write_bytes(pem(ec.generate_private_key(ec.SECP256R1()))),
            "certificate.pem does not belong to the key in",
            "keys import server",
        ),
        (
            lambda f: f.key.write_bytes(pem(rsa.generate_private_key(65537, 2048))),
            "of a kind that is not accepted",
            "keys new",
        ),
        (
            lambda f: f.key.write_bytes(pem(ed25519.Ed25519PrivateKey.generate())),
            "of a kind that is not accepted",
            "keys new",
        ),
        (
            lambda f: f.key.write_bytes(pem(ec.generate_private_key(ec.SECP256R1()), PASSPHRASE)),
            "key.pem is encrypted, and no passphrase is given",
            "check-config",
        ),
        (lambda f: f.certificate.unlink(), "certificate.pem cannot be read: no such file", "ls -l"),
        (
            lambda f: f.certificate.write_bytes(b"nothing"),
            "certificate.pem holds no PEM certificate",
            "keys import",
        ),
        (
            lambda f: secret(f.key, b"pkcs11:token=epix\n"),
            "names a key in a token, and no PIN is given",
            "check-config",
        ),
    ],
    ids=[
        "no key",
        "group may read",
        "others may read",
        "no PEM",
        "a certificate for a key",
        "another key",
        "RSA of 2048 bits",
        "Ed25519",
        "no passphrase",
        "no certificate",
        "no PEM certificate",
        "no PIN",
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_its_remedy(
    files: KeyFiles, change, reason: str, remedy: str
) -> None:
    change(files)
    said = trouble(files)
    assert reason in said
    assert remedy in said
    assert str(files.key.parent) in said


@pytest.mark.parametrize(
    ("content", "mode", "reason", "remedy"),
    [
        (b"wrong", 0o600, "key.pem cannot be opened with the passphrase in", "openssl pkey"),
        (b"\n", 0o600, "passphrase is empty", "editor"),
        (PASSPHRASE, 0o644, "passphrase can be read by others", "chmod 600"),
        (None, 0o600, "passphrase cannot be read: no such file", "ls -l"),
    ],
)
def test_what_is_wrong_with_a_passphrase_is_named(
    files: KeyFiles, tmp_path: Path, content: bytes | None, mode: int, reason: str, remedy: str
) -> None:
    files.key.write_bytes(pem(load_private_key(files.key, None), PASSPHRASE))
    passphrase = tmp_path / "passphrase"
    if content is not None:
        secret(passphrase, content).chmod(mode)
    said = trouble(replace(files, passphrase=passphrase))
    assert reason in said
    assert remedy in said
    assert PASSPHRASE.decode() not in said


def test_a_chain_in_the_wrong_order_is_named(files: KeyFiles, tmp_path: Path) -> None:
    ours, above = load_chain(files.certificate)
    stranger = Authority(tmp_path, "stranger").certificate
    for chain in ((ours, stranger, above), (ours, ours)):
        files.certificate.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
        said = trouble(files)
        assert "its chain is broken" in said
        assert "keys import server" in said


def test_a_chain_that_begins_with_the_ca_does_not_fit_the_key(files: KeyFiles) -> None:
    ours, above = load_chain(files.certificate)
    files.certificate.write_bytes(
        above.public_bytes(Encoding.PEM) + ours.public_bytes(Encoding.PEM)
    )
    assert "does not belong to the key" in trouble(files)


@pytest.mark.parametrize(
    ("purpose", "use"), [(Purpose.SERVER, CLIENT), (Purpose.CLIENT, SERVER), (Purpose.SEAL, SERVER)]
)
def test_a_certificate_for_something_else_is_refused(
    authority: Authority, tmp_path: Path, purpose: Purpose, use
) -> None:
    party = authority.issue("epix.example.mz", use)
    key = secret(tmp_path / "its-key.pem", pem(party.key))
    said = trouble(KeyFiles(purpose, party.certificate_file, key))
    assert "extended key usage" in said
    assert f"keys request {purpose}" in said


def test_a_clock_that_is_slow_is_told_from_a_certificate_that_is_wrong(files: KeyFiles) -> None:
    said = trouble(files, NOW - 400 * DAY)
    assert "only, and the clock of this machine says" in said
    assert f"{NOW - 400 * DAY:%Y-%m-%d}" in said
    assert "timedatectl" in said


def test_a_server_does_not_begin_with_a_certificate_that_has_ended(files: KeyFiles) -> None:
    said = trouble(files, NOW + 11 * DAY)
    assert "ended on" in said
    assert "keys new server" in said
    assert "timedatectl" in said


def test_a_ca_that_has_ended_ends_the_server_too(tmp_path: Path) -> None:
    short = Authority(tmp_path, "short", until=NOW + timedelta(hours=1))
    party = short.issue("epix.example.mz", SERVER)
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(party.certificate_file.read_bytes() + short.pem.read_bytes())
    files = KeyFiles(Purpose.SERVER, certificate, secret(tmp_path / "key.pem", pem(party.key)))
    assert "CN=short" in trouble(files, NOW + DAY)


def test_a_client_certificate_that_has_ended_does_not_keep_partners_from_being_answered(
    authority: Authority, tmp_path: Path
) -> None:
    party = authority.issue("epix.example.mz", CLIENT)
    files = KeyFiles(
        Purpose.CLIENT, party.certificate_file, secret(tmp_path / "its-key.pem", pem(party.key))
    )
    assert check_key(files, NOW + 11 * DAY, development=False)


def test_a_development_certificate_is_used_only_where_the_directory_is_marked(
    tmp_path: Path,
) -> None:
    pair = DevelopmentCa().server("MZ")
    (tmp_path / "certificate.pem").write_bytes(pair.certificate)
    files = KeyFiles(
        Purpose.SERVER, tmp_path / "certificate.pem", secret(tmp_path / "key.pem", pair.key)
    )
    now = load_chain(files.certificate)[0].not_valid_before_utc + DAY
    assert check_key(files, now, development=True)
    said = trouble(files, now)
    assert "development certificate" in said
    assert "DEVELOPMENT-ONLY" in said
    assert "keys new server" in said
