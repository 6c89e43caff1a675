"""A small working directory with a valid configuration, for tests to make invalid."""

from pathlib import Path

import pytest

GATEWAY = """\
[gateway]
public_address = "https://epix.example.mz"

[[gateway.authorities]]
country = "MZ"
code = "ANAC"
name = "Administração Nacional das Áreas de Conservação"
languages = ["pt", "en"]

[server]
listen = "127.0.0.1:8443"
mode = "direct-tls"
certificate_file = "keys/server.pem"
key_file = "keys/server.key.pem"
client_ca_file = "keys/ca.pem"

[tokens]
key_file = "keys/token.key"
"""

PARTNERS = f"""\
[[partner]]
key = "za"
country = "ZA"
certificate_sha256 = ["{"0a" * 32}"]

[[partner]]
key = "ke"
country = "KE"
address = "https://epix.example.ke/epix/v2"
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for folder in ("conf", "keys"):
        (tmp_path / folder).mkdir()
    for name in ("server.pem", "server.key.pem", "ca.pem", "token.key"):
        (tmp_path / "keys" / name).write_text("x" * 32)
    (tmp_path / "conf/gateway.toml").write_text(GATEWAY, encoding="utf-8")
    (tmp_path / "conf/partners.toml").write_text(PARTNERS, encoding="utf-8")
    return tmp_path


def spoil(directory: Path, old: str, new: str, file: str = "conf/gateway.toml") -> Path:
    """Replace one piece of a file, which must be there exactly once."""
    path = directory / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    return directory
