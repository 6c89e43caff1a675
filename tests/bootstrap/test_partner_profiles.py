"""Every key of a [[partner]] table reaches the client for that partner."""

from pathlib import Path

import pytest

from gateway.bootstrap.parts.partner_agreements import agreement_with, profile_of
from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.settings import (
    ClientSettings,
    PartnerSettings,
    Protection,
    SecuritySettings,
    load_dialects,
)

OF_ALL = ClientSettings.model_construct(
    connect_timeout_seconds=1.0,
    read_timeout_seconds=2.0,
    total_timeout_seconds=3.0,
    max_reply_bytes=4096,
    ca_file=Path("all.pem"),
    certificate_file=Path("we.pem"),
    key_file=Path("we.key"),
    passphrase_file=Path("we.txt"),
)

STANDARD = load_dialects()["standard-v2"]

OWN = {
    "spelling": "snake",
    "values": {"office": "MZ-01"},
    "final_operation": "GetFinalCertificate",
    "send_country": False,
    "connect_timeout_seconds": 11.0,
    "read_timeout_seconds": 12.0,
    "total_timeout_seconds": 13.0,
    "ca_file": Path("own.pem"),
    "service_namespace": "urn:theirs",
}


def a_partner(**own: object) -> PartnerSettings:
    table = PartnerSettings.model_construct(
        key="mz", country=IsoCountryCode("MZ"), address="https://mz.example/epix"
    )
    return table.model_copy(update={"version": "v2", **own})


@pytest.mark.parametrize("field", OWN)
def test_what_a_partner_says_for_itself_counts(field: str) -> None:
    profile = profile_of(a_partner(**OWN), OF_ALL, STANDARD)
    assert getattr(profile, field) == OWN[field]


def test_where_it_says_nothing_what_holds_for_all_counts() -> None:
    profile = profile_of(a_partner(), OF_ALL, STANDARD)
    timeouts = (
        profile.connect_timeout_seconds,
        profile.read_timeout_seconds,
        profile.total_timeout_seconds,
    )
    assert timeouts == (1.0, 2.0, 3.0)
    assert (profile.ca_file, profile.max_reply_bytes) == (Path("all.pem"), 4096)
    assert (profile.certificate_file, profile.key_file) == (Path("we.pem"), Path("we.key"))
    assert profile.passphrase_file == Path("we.txt")
    assert profile.service_namespace is None


def with_password(folder: Path, content: bytes) -> PartnerSettings:
    file = folder / "password"
    file.write_bytes(content)
    file.chmod(0o600)
    agreed = SecuritySettings.model_construct(our_username="mz", our_password_file=file)
    return a_partner(security=agreed, service_namespace="urn:x")


def test_user_name_and_password_go_where_header_blocks_carry_them(tmp_path: Path) -> None:
    dialects = load_dialects()
    partner = with_password(tmp_path, b"of-the-sample\n")
    there = profile_of(partner, OF_ALL, dialects["czech"])
    assert there.values == {"username": "mz", "password": "of-the-sample"}
    assert "of-the-sample" not in repr(there)
    assert profile_of(partner, OF_ALL, dialects["imsoc"]).values == {}


@pytest.mark.parametrize("content", [b"\xff\xfe\n", b"a\x01b\n"])
def test_a_password_that_no_message_can_hold_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyUnusable, match="our_password_file: the first line of password"):
        profile_of(with_password(tmp_path, content), OF_ALL, load_dialects()["czech"])


def test_the_log_in_of_the_dialect_protects_our_requests_and_not_theirs(tmp_path: Path) -> None:
    partner = with_password(tmp_path, b"of-the-sample\n")
    login = load_dialects()["imsoc"].login
    asking, asked = agreement_with(partner, login), agreement_with(partner)
    assert (asking.outgoing, asked.outgoing) == ("username-digest", Protection.NONE)
    assert asking.incoming == asked.incoming == Protection.NONE
    assert asking.timestamp
    assert asking.timestamp.total_seconds() == 60


def test_the_name_of_the_final_operation_is_the_dialects_unless_it_is_given() -> None:
    hub = load_dialects()["unep-hub"]
    snake = profile_of(a_partner(dialect="unep-hub", spelling="snake"), OF_ALL, hub)
    name = snake.names_of(OperationName.GET_FINAL_AS_THE_HUB).operation
    assert name == "get_final_cites_certificate"
    given = profile_of(a_partner(final_operation="GetFinalCertificate"), OF_ALL, STANDARD)
    assert given.names_of(OperationName.GET_FINAL).operation == "GetFinalCertificate"
