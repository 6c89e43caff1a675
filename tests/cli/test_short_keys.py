"""Keys and passphrases that can be tried out: a short token key stops every command."""

from importlib import resources
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.domain.errors import KeyUnusable
from gateway.settings import load_settings
from tests.cli.conftest import Call

COMMANDS = {
    "check-config": (),
    "publish": (resources.files("adapters.national.examples") / "mozambique.json",),
    "serve": (),
    "outbox list": (),
}


@pytest.mark.parametrize("size", [0, 2, 31])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_works_with_a_short_token_key(
    directory: Path, call: Call, command: str, size: int
) -> None:
    shorten(directory, size)
    answer = call(*command.split(), *COMMANDS[command], "--dir", directory)
    assert answer.status == 60
    assert "tokens.key_file must hold at least 32 random bytes" in answer.err
    assert "token.key" in answer.err


@pytest.mark.parametrize("part", ["token_hasher", "token_cipher"])
def test_a_key_that_becomes_short_after_the_start_is_not_used(directory: Path, part: str) -> None:
    settings = load_settings(directory)
    shorten(directory, 2)
    with build(settings) as gateway:
        with pytest.raises(KeyUnusable, match=r"token\.key \(tokens\.key_file\) must hold"):
            getattr(gateway.keys, part)
        (directory / "keys/token.key").unlink()
        with pytest.raises(KeyUnusable, match=r"tokens\.key_file\) cannot be read: no such file"):
            getattr(gateway.keys, part)


@pytest.mark.parametrize("typed", ["x\n", "eleven char\n", "  padded     \n"])
def test_no_backup_is_made_under_a_short_passphrase(
    directory: Path, call: Call, tmp_path: Path, typed: str
) -> None:
    out = tmp_path / "mz.age"
    answer = call("backup", "--out", out, "--passphrase-file", "-", "--dir", directory, typed=typed)
    assert answer.status == 1
    assert "must have at least 12 characters" in answer.err
    assert typed.strip() == "x" or typed.strip() not in answer.err
    assert not out.exists()


def test_no_key_is_encrypted_under_a_short_passphrase(
    directory: Path, call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "phrase"
    file.write_text("eleven char\n")
    file.chmod(0o600)
    answer = call("keys", "new", "client", "--passphrase-file", file, "--dir", directory)
    assert answer.status == 63
    assert "phrase must have at least 12 characters, and has 11" in answer.err
    assert "eleven" not in answer.err


def shorten(directory: Path, size: int) -> None:
    (directory / "keys/token.key").write_bytes(b"\x07" * size)
