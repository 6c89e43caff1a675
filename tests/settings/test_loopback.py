"""Loopback addresses: the rule, and every setting that depends on it."""

from pathlib import Path

import pytest

from gateway.loopback import is_loopback_host, is_loopback_url
from gateway.settings import ListenAddress, settings_problems
from tests.partners.partner_cases import profile

LOOPBACK_HOSTS = [
    "localhost",
    "LocalHost",
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.254",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
]
OTHER_HOSTS = [
    "",
    "0.0.0.0",
    "::",
    "::ffff:0.0.0.0",
    "::ffff:192.0.2.1",
    "::127.0.0.1",
    "::1%lo",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.0.0.01",
    "128.0.0.1",
    "10.0.0.1",
    "192.168.0.1",
    "169.254.0.1",
    "fe80::1",
    "localhost.",
    "localhost.evil.example",
    "notlocalhost",
    "127.0.0.1.evil.example",
    "127.1.evil",
    "ip6-localhost",
    "localhost\n",
    "１２７.0.0.1",
]

LOOPBACK_URLS = [
    "http://localhost/epix/v2",
    "http://localhost",
    "http://LOCALHOST/x",
    "http://localhost:8080/epix/v2",
    "http://127.0.0.1/x",
    "http://127.0.0.1:8080/epix/v2",
    "http://127.8.9.10:8080/epix/v2",
    "http://[::1]/x",
    "http://[::1]:8080/epix/v2",
    "http://[::ffff:127.0.0.1]:8080/epix/v2",
]
OTHER_URLS = [
    "http://localhost.evil.example/",
    "http://localhost.evil.example:80/",
    "http://127.0.0.1.evil.example/",
    "http://127.1.evil/",
    "http://127.1/",
    "http://2130706433/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[::ffff:192.0.2.1]/",
    "http://permits.example/127.0.0.1",
    "http://permits.example/?host=localhost",
    "http://permits.example:80/http://localhost/",
]
MALFORMED_URLS = [
    "http://127.0.0.1@evil/",
    "http://127.0.0.1:80@evil/",
    "http://evil@127.0.0.1/",
    "http://@127.0.0.1/",
    "http://127.0.0.1\\@evil/",
    "http://127.0.0.1\\.evil/",
    "http://127.0.0.1%2eevil/",
    "http://local\thost/",
    "http://127.0.0.1\n.evil/",
    "http://127.0.0.1:port/",
    "http://127.0.0.1:99999/",
    "http://[::1%25lo]/",
    "http://[::1/",
    "http:///x",
    "localhost/x",
    "",
]


@pytest.mark.parametrize("host", LOOPBACK_HOSTS)
def test_a_host_on_this_machine(host: str) -> None:
    assert is_loopback_host(host)
    assert ListenAddress(host, 8080).is_loopback


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_a_host_that_may_be_another_machine(host: str) -> None:
    assert not is_loopback_host(host)
    assert not ListenAddress(host, 8080).is_loopback


def test_a_unix_socket_is_on_this_machine() -> None:
    assert ListenAddress.parse("/run/epix.sock").is_loopback


@pytest.mark.parametrize("url", LOOPBACK_URLS)
def test_a_url_on_this_machine(url: str) -> None:
    assert is_loopback_url(url)


@pytest.mark.parametrize("url", OTHER_URLS + MALFORMED_URLS)
def test_a_url_that_may_be_another_machine(url: str) -> None:
    assert not is_loopback_url(url)


def with_address(directory: Path, url: str) -> Path:
    """The working directory, with the address of the second partner replaced."""
    file = directory / "conf/partners.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("https://epix.example.ke/epix/v2", url), encoding="utf-8")
    return directory


@pytest.mark.parametrize("url", LOOPBACK_URLS)
def test_plain_http_to_this_machine_is_taken_by_settings_and_client(
    directory: Path, url: str
) -> None:
    assert settings_problems(with_address(directory, url), {}) == ()
    assert profile(url).address == url


@pytest.mark.parametrize("url", OTHER_URLS)
def test_plain_http_to_another_machine_is_refused_by_settings_and_client(
    directory: Path, url: str
) -> None:
    (problem,) = settings_problems(with_address(directory, url), {})
    assert problem.key == "partner[2].address"
    assert "plain http only reaches this machine" in problem.text
    with pytest.raises(ValueError, match=r"plain http only reaches this machine"):
        profile(url)
