"""A small gateway that was backed up."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from small_house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
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
def rewritten(house: House) -> Callable[[Callable[[list[bytes]], list[bytes]]], None]:
    """Change the lines of the backup; whoever knows the passphrase can."""

    def change(how: Callable[[list[bytes]], list[bytes]]) -> None:
        house.put_lines(gzip.compress(b"".join(how(house.lines()))))

    return change
