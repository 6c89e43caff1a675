"""`keys`: the advice after every mistake, and nothing of ours is lost by one."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.key_acts import chain_of, issue, prepared
from tests.pki import CLIENT, NOW, SERVER, Authority


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


@pytest.mark.parametrize(
    "words", [("request", "server"), ("import", "server", "x.pem"), ("rotate", "server")]
)
def test_without_a_new_key_there_is_nothing_to_go_on_with(
    directory: Path, call: Call, words
) -> None:
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
    answer = call(
        "keys",
        "import",
        "server",
        issue(ca, directory, **options),
        *chain_of(tmp_path),
        "--dir",
        directory,
    )
    assert answer.status == 63
    assert said in answer.err
    assert not (directory / "keys/server/next/certificate.pem").exists()


def test_a_certificate_for_another_key_is_not_imported(
    directory: Path, call: Call, ca: Authority
) -> None:
    prepared(call, directory)
    other = ca.issue("epix.example.mz", SERVER).certificate_file
    answer = call("keys", "import", "server", other, "--dir", directory)
    assert answer.status == 63
    assert "holds no certificate for the key in" in answer.err


@pytest.mark.slow
def test_a_chain_that_does_not_reach_its_root_names_what_is_missing(
    directory: Path, call: Call, ca: Authority, tmp_path: Path
) -> None:
    prepared(call, directory)
    issued = issue(ca, directory)
    answer = call("keys", "import", "server", issued, "--dir", directory)
    assert "CN=national" in answer.err
    assert "--chain" in answer.err
    answer = call(
        "keys", "import", "server", issued, "--chain", tmp_path / "national.pem", "--dir", directory
    )
    assert answer.status == 63
    assert "CN=national root" in answer.err


def test_the_development_ca_answers_only_where_the_directory_is_marked(
    directory: Path, call: Call
) -> None:
    (directory / "DEVELOPMENT-ONLY").unlink()
    call("keys", "new", "server", "--no-passphrase", "--dir", directory)
    answer = call("keys", "request", "server", "--development", "--dir", directory)
    assert answer.status == 1
    assert "not marked for development" in answer.err


@pytest.mark.slow
def test_partners_are_told_of_a_client_certificate_before_it_is_used(
    directory: Path, call: Call
) -> None:
    prepared(call, directory, "client")
    call("keys", "request", "client", "--development", "--dir", directory)
    issued = directory / "keys/client/next/issued.pem"
    answer = call("keys", "import", "client", issued, "--dir", directory)
    assert "Send this certificate and its fingerprint to every partner" in answer.out
    answer = call("keys", "rotate", "client", "--dir", directory)
    assert answer.status == 1
    assert "will turn us away" in answer.err
    assert call("keys", "rotate", "client", "--yes", "--dir", directory).status == 0


@pytest.mark.slow
def test_a_purpose_that_is_not_configured_yet_is_told_how_to_be(
    directory: Path, call: Call
) -> None:
    prepared(call, directory, "message")
    call("keys", "request", "message", "--development", "--dir", directory)
    call(
        "keys", "import", "message", directory / "keys/message/next/issued.pem", "--dir", directory
    )
    answer = call("keys", "rotate", "message", "--yes", "--dir", directory)
    assert answer.status == 0, answer.err
    assert "[message_security]" in answer.out
    assert 'key_file = "keys/message/current/key.pem"' in answer.out


def test_the_key_in_use_is_not_retired(directory: Path, call: Call) -> None:
    answer = call("keys", "retire", "server", "dev", "--dir", directory)
    assert answer.status == 1
    assert "is in use" in answer.err


@pytest.mark.slow
def test_a_key_that_is_not_wanted_after_all_is_put_away_and_another_begun(
    directory: Path, call: Call
) -> None:
    prepared(call, directory)
    name = (directory / "keys/server/next").readlink().name
    assert call("keys", "retire", "server", name, "--dir", directory).status == 0
    prepared(call, directory)
    assert (directory / f"keys/retired/server-{name}/request.pem").is_file()


def test_an_unknown_fingerprint_retires_nothing(directory: Path, call: Call) -> None:
    assert "No single key" in call("keys", "retire", "server", "00112233", "--dir", directory).err


def test_keys_for_tls_are_not_kept_in_a_token(directory: Path, call: Call) -> None:
    answer = call(
        "keys",
        "new",
        "server",
        "--pkcs11",
        "pkcs11:token=a;object=b?module-path=/x",
        "--dir",
        directory,
    )
    assert answer.status == 1
    assert "kept in files" in answer.err


@pytest.mark.slow
def test_a_token_that_cannot_be_used_leaves_nothing_behind(
    directory: Path, call: Call, passphrase: Path
) -> None:
    uri = "pkcs11:token=a;object=b?module-path=/nowhere.so"
    answer = call(
        "keys", "new", "seal", "--pkcs11", uri, "--passphrase-file", passphrase, "--dir", directory
    )
    assert answer.status == 63
    assert not (directory / "keys/seal/next").exists()
    assert [path.name for path in (directory / "keys/seal").iterdir() if not path.is_symlink()] == [
        "dev"
    ]
