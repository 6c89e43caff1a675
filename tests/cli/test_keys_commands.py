"""`keys`: from a new key to a key in use, step by step, and the advice after every mistake."""

import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.settings import load_settings
from tests.cli.conftest import PASSPHRASE, Call
from tests.cli.key_acts import chain_of, configured, issue, prepared
from tests.pki import CLIENT, Authority


@pytest.mark.slow
def test_a_real_certificate_comes_into_use_step_by_step(
    directory: Path, call: Call, ca: Authority, tmp_path: Path, passphrase: Path
) -> None:
    configured(directory, "server", passphrase_file="keys/server.passphrase")
    keys = directory / "keys/server"

    answer = call("keys", "new", "server", "--dir", directory)
    assert "keys request server" in answer.out
    assert stat.S_IMODE((keys / "next/key.pem").stat().st_mode) == 0o600
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in (keys / "next/key.pem").read_bytes()
    assert isinstance(
        load_pem_private_key((keys / "next/key.pem").read_bytes(), PASSPHRASE.encode()),
        ec.EllipticCurvePrivateKey,
    )

    answer = call("keys", "request", "server", "--dir", directory)
    assert "keys import server FILE" in answer.out

    answer = call(
        "keys", "import", "server", issue(ca, directory), *chain_of(tmp_path), "--dir", directory
    )
    assert answer.status == 0, answer.err
    assert "keys rotate server" in answer.out
    assert (keys / "next/certificate.pem").read_bytes().count(b"BEGIN CERTIFICATE") == 2, (
        "the root stays out"
    )
    assert (keys / "current").readlink() == Path("dev")

    answer = call("keys", "rotate", "server", "--dir", directory)
    assert "the next `serve` uses it" in answer.out
    assert not (keys / "next").is_symlink()
    settings = load_settings(directory, {})
    assert settings.server.certificate_file is not None
    assert b"BEGIN CERTIFICATE" in settings.server.certificate_file.read_bytes()
    assert call("check-config", "--dir", directory).status == 0

    answer = call(
        "keys", "retire", "server", "dev", "--reason", "real ones have come", "--dir", directory
    )
    assert answer.status == 0
    assert "real ones have come" in (directory / "keys/retired/server-dev/note.txt").read_text()
    assert (directory / "keys/retired/server-dev/key.pem").is_file(), "nothing is deleted"


@pytest.mark.parametrize(
    ("purpose", "use", "common"),
    [
        ("server", ExtendedKeyUsageOID.SERVER_AUTH, "127.0.0.1"),
        ("client", ExtendedKeyUsageOID.CLIENT_AUTH, "127.0.0.1"),
        ("seal", x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), "ANAC CITES permit seal"),
        ("message", None, "ANAC EPIX messages"),
    ],
)
def test_a_request_names_us_and_what_the_key_is_for(
    directory: Path, call: Call, purpose: str, use, common
) -> None:
    prepared(call, directory, purpose)
    asked = x509.load_pem_x509_csr((directory / f"keys/{purpose}/next/request.pem").read_bytes())
    assert asked.is_signature_valid
    assert (
        asked.subject.rfc4514_string() == f"CN={common},O=Management Authority of Mozambique,C=MZ"
    )
    kinds = {type(extension.value): extension.value for extension in asked.extensions}
    assert kinds[x509.KeyUsage].digital_signature
    assert kinds[x509.KeyUsage].content_commitment == (purpose == "seal")
    assert kinds.get(x509.ExtendedKeyUsage) == (x509.ExtendedKeyUsage([use]) if use else None)
    assert (x509.SubjectAlternativeName in kinds) == (purpose in ("server", "client"))


def test_a_public_name_stands_in_the_request(directory: Path, call: Call) -> None:
    path = directory / "conf/gateway.toml"
    text = path.read_text(encoding="utf-8").replace(
        "https://127.0.0.1:8443", "https://epix.example.mz"
    )
    path.write_text(text, encoding="utf-8")
    prepared(call, directory)
    asked = x509.load_pem_x509_csr((directory / "keys/server/next/request.pem").read_bytes())
    names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["epix.example.mz"]


@pytest.mark.slow
def test_an_rsa_key_has_3072_bits(directory: Path, call: Call) -> None:
    call("keys", "new", "seal", "--kind", "rsa-3072", "--no-passphrase", "--dir", directory)
    key = load_pem_private_key((directory / "keys/seal/next/key.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 3072


def test_a_passphrase_may_come_from_systemd(directory: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "seal").write_text(PASSPHRASE)
    (tmp_path / "seal").chmod(0o600)
    systemd = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    configured(directory, "seal", passphrase_file="credential:seal")
    answer = call("keys", "new", "seal", "--dir", directory, **systemd)
    assert answer.status == 0, answer.err
    assert load_pem_private_key(
        (directory / "keys/seal/next/key.pem").read_bytes(), PASSPHRASE.encode()
    )
    answer = call("check-config", "--dir", directory)
    assert answer.status == 60
    assert "seal.passphrase_file names a credential, and systemd has handed none over" in answer.err


def test_the_list_says_what_a_partner_needs_and_how_long_it_lasts(
    directory: Path, call: Call
) -> None:
    call("keys", "new", "server", "--no-passphrase", "--dir", directory)
    answer = call("keys", "list", "--json", "--dir", directory)
    by_role = {(view["purpose"], view["role"]): view for view in answer.json}
    assert set(by_role) == {(p, "current") for p in ("server", "client", "seal", "paper")} | {
        ("server", "next")
    }
    current = by_role["server", "current"]
    assert current["used"]
    assert current["certificate"]["development"]
    assert current["certificate"]["days_left"] == 89
    file = directory / "keys/server/current/certificate.pem"
    from cryptography.hazmat.primitives import hashes

    assert (
        current["certificate"]["sha256"]
        == x509.load_pem_x509_certificate(file.read_bytes()).fingerprint(hashes.SHA256()).hex()
    )
    assert "keys request server" in by_role["server", "next"]["problem"]
    shown = call("keys", "list", "--dir", directory).out
    assert current["certificate"]["sha256"] in shown
    assert "89 days" in shown
    assert "DEVELOPMENT ONLY" in shown


def test_a_key_kept_elsewhere_is_listed_too(directory: Path, call: Call, tmp_path: Path) -> None:
    party = Authority(tmp_path, "ca").issue("elsewhere", CLIENT)
    path = directory / "conf/gateway.toml"
    text = path.read_text(encoding="utf-8").replace(
        "keys/client/current/certificate.pem", str(party.certificate_file)
    )
    path.write_text(
        text.replace("keys/client/current/key.pem", str(party.key_file)), encoding="utf-8"
    )
    views = call("keys", "list", "--json", "--dir", directory).json
    used = [view for view in views if view["purpose"] == "client" and view["used"]]
    assert [view["where"] for view in used] == [str(party.certificate_file)]
