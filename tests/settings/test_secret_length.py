"""Keys and secrets of random bytes: a short one is named with file, line and key at loading."""

from pathlib import Path

import pytest

from gateway.domain.errors import SettingsInvalid
from gateway.settings import load_settings
from tests.settings.conftest import GATEWAY


@pytest.mark.parametrize("size", [0, 2, 31])
def test_a_token_key_that_can_be_tried_out_is_refused(directory: Path, size: int) -> None:
    (directory / "keys/token.key").write_bytes(b"\x07" * size)
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(directory, {})
    line = GATEWAY.splitlines().index('key_file = "keys/token.key"') + 1
    assert (refused.value.key, refused.value.line) == ("tokens.key_file", line)
    assert f"at least 32 random bytes, and holds {size} (token.key)" in refused.value.text


@pytest.mark.parametrize("key", [b"k" * 31 + b"\n", b"\n" * 32, bytes(32), b"k" * 4096])
def test_any_byte_may_be_part_of_a_token_key(directory: Path, key: bytes) -> None:
    (directory / "keys/token.key").write_bytes(key)
    assert load_settings(directory, {}).tokens.key_file.read_bytes() == key


@pytest.mark.parametrize("secret", ["", "s" * 31, "s" * 31 + "\n", f"{'s' * 8:32}"])
def test_a_proxy_secret_that_can_be_guessed_is_refused(directory: Path, secret: str) -> None:
    (directory / "keys/proxy-secret").write_text(secret)
    behind_proxy(directory)
    with pytest.raises(
        SettingsInvalid, match=r"proxy_secret_file must hold at least 32"
    ) as refused:
        load_settings(directory, {})
    assert refused.value.key == "server.proxy_secret_file"
    assert "sss" not in refused.value.text


def test_a_long_proxy_secret_is_taken(directory: Path) -> None:
    (directory / "keys/proxy-secret").write_text("s" * 32 + "\n")
    behind_proxy(directory)
    assert load_settings(directory, {}).server.proxy_secret_file


def behind_proxy(directory: Path) -> None:
    text = GATEWAY.replace(
        'mode = "direct-tls"', 'mode = "behind-proxy"\nproxy_secret_file = "keys/proxy-secret"'
    )
    (directory / "conf/gateway.toml").write_text(text, encoding="utf-8")
