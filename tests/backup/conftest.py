"""A small gateway with a backup."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backup.small_gateway import SmallGateway


@pytest.fixture
def gateway(tmp_path: Path) -> SmallGateway:
    made = SmallGateway(tmp_path)
    keys = made.directory / "keys/seal/2026"
    keys.mkdir(parents=True)
    (keys / "key.pem").write_bytes(b"key\x00")
    (keys / "key.pem").chmod(0o600)
    (made.directory / "keys/seal/current").symlink_to("2026")
    (made.directory / "conf").mkdir()
    (made.directory / "conf/gateway.toml").write_text("[gateway]\n")
    (made.directory / "data").mkdir()
    (made.directory / "data/serve.pid").write_text("1")
    made.make()
    return made


@pytest.fixture
def rewritten(gateway: SmallGateway) -> Callable[[Callable[[list[bytes]], list[bytes]]], None]:
    """Change the lines of the backup, as anybody who knows the passphrase can."""

    def change(how: Callable[[list[bytes]], list[bytes]]) -> None:
        gateway.put_lines(gzip.compress(b"".join(how(gateway.lines()))))

    return change
