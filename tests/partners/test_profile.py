"""A partner that cannot be asked safely cannot be configured."""

from pathlib import Path
from typing import Any

import pytest

from tests.partners.partner_cases import profile


@pytest.mark.parametrize(
    "address",
    [
        "https://permits.example/epix",
        "https://permits.example:8443/epix?authority=1",
        "http://127.0.0.1:8080/epix/v2",
        "http://[::1]:8080/epix/v2",
        "http://localhost:8080/epix/v2",
    ],
)
def test_https_anywhere_and_plain_http_on_this_machine(address: str) -> None:
    assert profile(address).address == address


@pytest.mark.parametrize(
    "address",
    [
        "http://permits.example/epix",
        "http://127.0.0.1.example/epix",
        "http://localhost.example/epix",
        "http://2130706433/epix",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "permits.example/epix",
        "https://",
        "https:///epix",
        "https://user:word@permits.example/",
        "https://permits.example/#x",
        "https://permits.example:99999/",
        "https://permits.example/a b",
        "https://permits.example/\r\nX: y",
        "https://[::1/",
        "https://permits..example/",
        "https://" + "a" * 64 + ".example/",
        "",
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"^address: "):
        profile(address)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"certificate_file": Path("a.pem")}, "certificate_file and key_file"),
        ({"key_file": Path("a.key")}, "certificate_file and key_file"),
        ({"connect_timeout_seconds": 0}, "connect_timeout_seconds"),
        ({"read_timeout_seconds": -1.0}, "read_timeout_seconds"),
        ({"total_timeout_seconds": float("nan")}, "total_timeout_seconds"),
        ({"max_reply_bytes": 0}, "max_reply_bytes"),
    ],
)
def test_limits_are_sane(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}: "):
        profile("https://permits.example/", **changes)


def test_a_partner_is_named_by_key_and_country() -> None:
    assert profile("https://permits.example/").name == "Partner za-dffe (ZA)"
