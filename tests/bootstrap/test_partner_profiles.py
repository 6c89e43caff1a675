"""Every key of a [[partner]] table reaches the client for that partner."""

from pathlib import Path

import pytest

from gateway.bootstrap.parts.partner_agreements import profile_of
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import ClientSettings, PartnerSettings, load_dialects

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
