"""`keys`: from a new key to one in use, step by step, and every wrong turn with the way back."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.cli.running_server import Reload, known_as_running, reload
from gateway.settings import load_settings
from tests.cli.conftest import Call
from tests.pki import CLIENT, NOW, SERVER, Authority

PASSPHRASE = "correct horse battery"


@pytest.fixture
def passphrase(directory: Path) -> Path:
    file = directory / "keys/server.passphrase"
    file.write_text(PASSPHRASE + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    """A national CA: an issuing authority below a root."""
    return Authority(tmp_path, "national", root=Authority(tmp_path, "national root"))


def configured(directory: Path, table: str, **keys: str) -> None:
    path = directory / "conf/gateway.toml"
    added = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    path.write_text(
        path.read_text(encoding="utf-8").replace(f"\n[{table}]\n", f"\n[{table}]\n{added}"), encoding="utf-8"
    )


def issue(ca: Authority, directory: Path, purpose: str = "server", **options) -> Path:
    """The national CA answers a request, as `openssl x509 -req -copy_extensions copy` would."""
    asked = x509.load_pem_x509_csr((directory / f"keys/{purpose}/next/request.pem").read_bytes())
    begin, end = options.get("since", NOW - timedelta(days=1)), options.get("until", NOW + timedelta(days=300))
    builder = (
        x509.CertificateBuilder().subject_name(asked.subject).issuer_name(ca.name).public_key(asked.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
    )  # fmt: skip
    for extension in asked.extensions:
        value = options.get("use") if isinstance(extension.value, x509.ExtendedKeyUsage) else None
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([value]) if value else extension.value, extension.critical
        )
    from cryptography.hazmat.primitives import hashes

    file = directory / "issued.pem"
    file.write_bytes(builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return file


def prepared(call: Call, directory: Path, purpose: str = "server") -> None:
    for words in (("new", purpose, "--no-passphrase"), ("request", purpose)):
        answer = call("keys", *words, "--dir", directory)
        assert answer.status == 0, answer.err


def chain_of(tmp_path: Path) -> tuple[str, Path, str, Path]:
    return "--chain", tmp_path / "national.pem", "--chain", tmp_path / "national root.pem"


# -- the way through --------------------------------------------------------------------------------------------------


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
        load_pem_private_key((keys / "next/key.pem").read_bytes(), PASSPHRASE.encode()), ec.EllipticCurvePrivateKey
    )

    answer = call("keys", "request", "server", "--dir", directory)
    assert "keys import server FILE" in answer.out

    answer = call("keys", "import", "server", issue(ca, directory), *chain_of(tmp_path), "--dir", directory)
    assert answer.status == 0, answer.err
    assert "keys rotate server" in answer.out
    assert (keys / "next/certificate.pem").read_bytes().count(b"BEGIN CERTIFICATE") == 2, "the root stays out"
    assert (keys / "current").readlink() == Path("dev")

    answer = call("keys", "rotate", "server", "--dir", directory)
    assert "the next `serve` uses it" in answer.out
    assert not (keys / "next").is_symlink()
    settings = load_settings(directory, {})
    assert settings.server.certificate_file is not None
    assert b"BEGIN CERTIFICATE" in settings.server.certificate_file.read_bytes()
    assert call("check-config", "--dir", directory).status == 0

    answer = call("keys", "retire", "server", "dev", "--reason", "real ones have come", "--dir", directory)
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
def test_a_request_names_us_and_what_the_key_is_for(directory: Path, call: Call, purpose: str, use, common) -> None:
    prepared(call, directory, purpose)
    asked = x509.load_pem_x509_csr((directory / f"keys/{purpose}/next/request.pem").read_bytes())
    assert asked.is_signature_valid
    assert asked.subject.rfc4514_string() == f"CN={common},O=Management Authority of Mozambique,C=MZ"
    kinds = {type(extension.value): extension.value for extension in asked.extensions}
    assert kinds[x509.KeyUsage].digital_signature
    assert kinds[x509.KeyUsage].content_commitment == (purpose == "seal")
    assert kinds.get(x509.ExtendedKeyUsage) == (x509.ExtendedKeyUsage([use]) if use else None)
    assert (x509.SubjectAlternativeName in kinds) == (purpose in ("server", "client"))


def test_a_public_name_stands_in_the_request(directory: Path, call: Call) -> None:
    path = directory / "conf/gateway.toml"
    text = path.read_text(encoding="utf-8").replace("https://127.0.0.1:8443", "https://epix.example.mz")
    path.write_text(text, encoding="utf-8")
    prepared(call, directory)
    asked = x509.load_pem_x509_csr((directory / "keys/server/next/request.pem").read_bytes())
    names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["epix.example.mz"]


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
    assert load_pem_private_key((directory / "keys/seal/next/key.pem").read_bytes(), PASSPHRASE.encode())
    answer = call("check-config", "--dir", directory)
    assert answer.status == 60
    assert "seal.passphrase_file names a credential, and systemd has handed none over" in answer.err


def test_the_list_says_what_a_partner_needs_and_how_long_it_lasts(directory: Path, call: Call) -> None:
    call("keys", "new", "server", "--no-passphrase", "--dir", directory)
    answer = call("keys", "list", "--json", "--dir", directory)
    by_role = {(view["purpose"], view["role"]): view for view in answer.json}
    assert set(by_role) == {(p, "current") for p in ("server", "client", "seal")} | {("server", "next")}
    current = by_role["server", "current"]
    assert current["used"]
    assert current["certificate"]["development"]
    assert current["certificate"]["daysLeft"] == 89
    file = directory / "keys/server/current/certificate.pem"
    from cryptography.hazmat.primitives import hashes

    assert (
        current["certificate"]["sha256"]
        == x509.load_pem_x509_certificate(file.read_bytes()).fingerprint(hashes.SHA256()).hex()
    )
    assert "keys request server" in by_role["server", "next"]["trouble"]
    shown = call("keys", "list", "--dir", directory).out
    assert current["certificate"]["sha256"] in shown
    assert "89 days" in shown
    assert "DEVELOPMENT ONLY" in shown


def test_a_key_kept_elsewhere_is_listed_too(directory: Path, call: Call, tmp_path: Path) -> None:
    party = Authority(tmp_path, "ca").issue("elsewhere", CLIENT)
    path = directory / "conf/gateway.toml"
    text = path.read_text(encoding="utf-8").replace("keys/client/current/certificate.pem", str(party.certificate_file))
    path.write_text(text.replace("keys/client/current/key.pem", str(party.key_file)), encoding="utf-8")
    views = call("keys", "list", "--json", "--dir", directory).json
    used = [view for view in views if view["purpose"] == "client" and view["used"]]
    assert [view["where"] for view in used] == [str(party.certificate_file)]


# -- wrong turns ------------------------------------------------------------------------------------------------------


def test_a_key_is_encrypted_unless_somebody_says_otherwise(directory: Path, call: Call) -> None:
    answer = call("keys", "new", "server", "--dir", directory)
    assert answer.status == 1
    assert "passphrase_file of [server] is not set" in answer.err
    assert "--no-passphrase" in answer.err
    assert not (directory / "keys/server/next").exists()


def test_a_key_that_is_being_prepared_is_never_overwritten(directory: Path, call: Call) -> None:
    prepared(call, directory)
    before = (directory / "keys/server/next/key.pem").read_bytes()
    answer = call("keys", "new", "server", "--no-passphrase", "--dir", directory)
    assert answer.status == 63
    assert "is being prepared already" in answer.err
    assert "keys retire server" in answer.err
    assert (directory / "keys/server/next/key.pem").read_bytes() == before


@pytest.mark.parametrize("words", [("request", "server"), ("import", "server", "x.pem"), ("rotate", "server")])
def test_without_a_new_key_there_is_nothing_to_go_on_with(directory: Path, call: Call, words) -> None:
    answer = call("keys", *words, "--dir", directory)
    assert answer.status == 1
    assert "`epix-gateway keys new server`" in answer.err


def test_a_key_without_certificate_is_not_rotated_in(directory: Path, call: Call) -> None:
    prepared(call, directory)
    assert call("keys", "rotate", "server", "--dir", directory).status == 63
    assert (directory / "keys/server/current").readlink() == Path("dev")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"until": NOW - timedelta(hours=1)}, "ended on"),
        ({"since": NOW + timedelta(days=1)}, "the clock of this machine says"),
        ({"use": CLIENT}, "is not one for a TLS server"),
    ],
)
def test_a_certificate_that_does_not_do_is_not_imported(
    directory: Path, call: Call, ca: Authority, tmp_path: Path, options, said: str
) -> None:
    prepared(call, directory)
    answer = call("keys", "import", "server", issue(ca, directory, **options), *chain_of(tmp_path), "--dir", directory)
    assert answer.status == 63
    assert said in answer.err
    assert not (directory / "keys/server/next/certificate.pem").exists()


def test_a_certificate_for_another_key_is_not_imported(directory: Path, call: Call, ca: Authority) -> None:
    prepared(call, directory)
    other = ca.issue("epix.example.mz", SERVER).certificate_file
    answer = call("keys", "import", "server", other, "--dir", directory)
    assert answer.status == 63
    assert "holds no certificate for the key in" in answer.err


def test_a_chain_that_does_not_reach_its_root_names_what_is_missing(
    directory: Path, call: Call, ca: Authority, tmp_path: Path
) -> None:
    prepared(call, directory)
    issued = issue(ca, directory)
    answer = call("keys", "import", "server", issued, "--dir", directory)
    assert "CN=national" in answer.err
    assert "--chain" in answer.err
    answer = call("keys", "import", "server", issued, "--chain", tmp_path / "national.pem", "--dir", directory)
    assert answer.status == 63
    assert "CN=national root" in answer.err


def test_the_development_ca_answers_only_where_the_directory_is_marked(directory: Path, call: Call) -> None:
    (directory / "DEVELOPMENT-ONLY").unlink()
    call("keys", "new", "server", "--no-passphrase", "--dir", directory)
    answer = call("keys", "request", "server", "--development", "--dir", directory)
    assert answer.status == 1
    assert "not marked for development" in answer.err


def test_partners_are_told_of_a_client_certificate_before_it_is_used(directory: Path, call: Call) -> None:
    prepared(call, directory, "client")
    call("keys", "request", "client", "--development", "--dir", directory)
    issued = directory / "keys/client/next/issued.pem"
    answer = call("keys", "import", "client", issued, "--dir", directory)
    assert "Send this certificate and its fingerprint to every partner" in answer.out
    answer = call("keys", "rotate", "client", "--dir", directory)
    assert answer.status == 1
    assert "will turn us away" in answer.err
    assert call("keys", "rotate", "client", "--yes", "--dir", directory).status == 0


def test_a_purpose_that_is_not_configured_yet_is_told_how_to_be(directory: Path, call: Call) -> None:
    prepared(call, directory, "message")
    call("keys", "request", "message", "--development", "--dir", directory)
    call("keys", "import", "message", directory / "keys/message/next/issued.pem", "--dir", directory)
    answer = call("keys", "rotate", "message", "--yes", "--dir", directory)
    assert answer.status == 0, answer.err
    assert "[message_security]" in answer.out
    assert 'key_file = "keys/message/current/key.pem"' in answer.out


def test_the_key_in_use_is_not_retired(directory: Path, call: Call) -> None:
    answer = call("keys", "retire", "server", "dev", "--dir", directory)
    assert answer.status == 1
    assert "is in use" in answer.err


def test_a_key_that_is_not_wanted_after_all_is_put_away_and_another_begun(directory: Path, call: Call) -> None:
    prepared(call, directory)
    name = (directory / "keys/server/next").readlink().name
    assert call("keys", "retire", "server", name, "--dir", directory).status == 0
    prepared(call, directory)
    assert (directory / f"keys/retired/server-{name}/request.pem").is_file()


def test_an_unknown_fingerprint_retires_nothing(directory: Path, call: Call) -> None:
    assert "No single key" in call("keys", "retire", "server", "00112233", "--dir", directory).err


def test_keys_for_tls_are_not_kept_in_a_token(directory: Path, call: Call) -> None:
    answer = call("keys", "new", "server", "--pkcs11", "pkcs11:token=a;object=b?module-path=/x", "--dir", directory)
    assert answer.status == 1
    assert "kept in files" in answer.err


def test_a_token_that_cannot_be_used_leaves_nothing_behind(directory: Path, call: Call, passphrase: Path) -> None:
    uri = "pkcs11:token=a;object=b?module-path=/nowhere.so"
    answer = call("keys", "new", "seal", "--pkcs11", uri, "--passphrase-file", passphrase, "--dir", directory)
    assert answer.status == 63
    assert not (directory / "keys/seal/next").exists()
    assert [path.name for path in (directory / "keys/seal").iterdir() if not path.is_symlink()] == ["dev"]


# -- telling the server -----------------------------------------------------------------------------------------------


def test_a_directory_without_a_server_has_nobody_to_tell(directory: Path) -> None:
    assert reload(directory) is Reload.NOT_RUNNING
    with known_as_running(directory):
        pass
    assert reload(directory) is Reload.NOT_RUNNING


def test_the_number_of_a_server_that_died_is_not_believed(directory: Path) -> None:
    (directory / "data/serve.pid").write_text("1\n")
    assert reload(directory) is Reload.NOT_RUNNING
