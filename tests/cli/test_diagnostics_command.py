"""`diagnostics`: what support needs is there, and no token, key, password or message."""

import json
import shutil
import zipfile
from importlib import resources
from pathlib import Path

import pytest

from gateway.bootstrap import build, new_id
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from tests.cli.conftest import Call

pytestmark = pytest.mark.slow

PAGES = ("health.json", "metrics.txt")
PASSWORD = "hunter2-of-the-mail-server"
ALERTS = """[alerts]
webhook = "https://alerts.example.org/services/T000/SECRET-PATH"
mail_to = ["on-call@example.org"]
"""
MAIL = """
[mail]
host = "mail.example.org"
sender = "epix@example.org"
username = "epix"
password_file = "keys/mail-password"
"""


@pytest.fixture
def directory(tmp_path: Path, published_directory: Path) -> Path:
    """A gateway with permits, and refused questions whose messages hold every token."""
    made = Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))
    (made / "keys/mail-password").write_text(PASSWORD + "\n")
    (made / "keys/mail-password").chmod(0o600)
    conf = made / "conf/gateway.toml"
    conf.write_text(conf.read_text().replace("[alerts]\n", ALERTS) + MAIL)
    with build(load_settings(made)) as gateway:
        for token in tokens():
            now = gateway.clock()
            message = f"<TokenId>{token}</TokenId>".encode()
            gateway.store.journal.record(
                Exchange(
                    new_id(),
                    Direction.IN,
                    now,
                    now,
                    "ServiceState",
                    "za",
                    None,
                    "ab" * 32,
                    None,
                    "InvalidRequest",
                    message,
                    message,
                )
            )
    return made


def tokens() -> list[str]:
    example = resources.files("adapters.national.examples") / "mozambique.json"
    records = json.loads(example.read_text(encoding="utf-8"))
    return [record["token"] for record in records if record.get("token")]


def secrets_of(directory: Path) -> list[bytes]:
    """Every token, and every secret of the folder of keys: whole files, and lines of PEM."""
    found = [token.encode() for token in tokens()] + [PASSWORD.encode(), b"SECRET-PATH"]
    key = (directory / "keys/token.key").read_bytes()
    found += [key, key.hex().encode()]
    for file in (directory / "keys").rglob("*key*.pem"):
        found += [line for line in file.read_bytes().splitlines() if not line.startswith(b"--")]
    return found


def archive_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_no_token_no_key_and_no_password_is_in_the_archive(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    answer = call("diagnostics", tmp_path / "support.zip", "--dir", directory, "--json")
    assert answer.status == 0, answer.err
    parts = archive_of(tmp_path / "support.zip")
    assert answer.json["parts"] == list(parts)
    secrets = secrets_of(directory)
    assert len(secrets) > 10
    everything = b"\n".join(parts.values())
    assert [secret for secret in secrets if secret in everything] == []


def test_what_support_needs_is_in_it(directory: Path, tmp_path: Path, call: Call) -> None:
    call("diagnostics", tmp_path / "support.zip", "--dir", directory)
    parts = archive_of(tmp_path / "support.zip")
    told = {name: json.loads(parts[name]) for name in parts if name not in PAGES}
    assert told["versions.json"]["epix-gateway"]
    assert told["configuration.json"]["alerts"]["webhook"] == (
        "https://alerts.example.org/(covered)"
    )
    assert told["check-config.json"]["problems"] == []
    assert {key["purpose"] for key in told["keys.json"]} >= {"server", "client", "seal"}
    assert told["last-errors.json"][0]["outcome"] == "InvalidRequest"
    assert told["database.json"]["rows"]["exchange"] >= len(tokens())
    assert b"enabled is false" in parts["metrics.txt"]


def test_it_is_made_where_the_configuration_is_wrong_and_never_over_another_file(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    (directory / "conf/partners.toml").write_text("[[partner]\n")
    file = tmp_path / "support.zip"
    assert call("diagnostics", file, "--dir", directory).status == 0
    parts = archive_of(file)
    assert "partners.toml" in json.loads(parts["check-config.json"])[0]
    assert call("diagnostics", file, "--dir", directory).status == 1
