"""TLS is always verified, in both directions; there is no switch."""

import datetime as dt
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from gateway.domain.errors import PartnerUnreachable, SettingsInvalid
from gateway.exchange.ports import PartnerState
from gateway.partners.transport import Transport
from tests.partners.partner_cases import envelope, profile
from tests.partners.partner_server import says
from tests.pki import NOW, SERVER, Authority, Identity

UP = says(envelope("partner_state.xml"))


def server_context(identity: Identity, clients: Authority | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate_file, identity.key_file)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients.pem)
    return context


def ours(identity: Identity) -> dict[str, Any]:
    return {"certificate_file": identity.certificate_file, "key_file": identity.key_file}


@pytest.fixture
def state(partner: Callable, endpoint: Callable) -> Callable[..., PartnerState]:
    """`state(server_context, **profile)`: the answer to ServiceState over TLS."""

    def ask(context: ssl.SSLContext, **changes: Any) -> PartnerState:
        there = partner(UP, context)
        address = there.address.replace("127.0.0.1", changes.pop("host", "127.0.0.1"))
        reply = endpoint(address, **changes).state()
        assert isinstance(reply, PartnerState)
        return reply

    return ask


def test_both_sides_show_certificates_and_the_journal_keeps_ours(
    state: Callable, keys: Any, journal: Any
) -> None:
    context = server_context(keys.server, clients=keys.ca)
    assert state(context, ca_file=keys.ca.pem, **ours(keys.client)).state == "DEGRADED"
    assert journal.only.fingerprint == keys.client.sha256


def test_a_host_name_is_verified_as_well_as_an_address(state: Callable, keys: Any) -> None:
    named = keys.ca.issue("named", SERVER, hosts=["localhost"])
    assert state(server_context(named), host="localhost", ca_file=keys.ca.pem).state == "DEGRADED"


def test_a_server_of_another_ca_is_not_trusted(state: Callable, keys: Any) -> None:
    with pytest.raises(PartnerUnreachable, match="does not come from the CA configured for it"):
        state(server_context(keys.server), ca_file=keys.stranger.pem)


def test_without_a_ca_file_the_machines_own_cas_decide(state: Callable, keys: Any) -> None:
    with pytest.raises(PartnerUnreachable, match="does not come from the CA configured for it"):
        state(server_context(keys.server))


def test_a_server_for_another_host_is_not_trusted(state: Callable, keys: Any) -> None:
    elsewhere = keys.ca.issue("elsewhere", SERVER, hosts=["permits.example"])
    with pytest.raises(PartnerUnreachable, match="is for another host"):
        state(server_context(elsewhere), ca_file=keys.ca.pem)
    with pytest.raises(PartnerUnreachable, match="is for another host"):
        state(server_context(elsewhere), host="localhost", ca_file=keys.ca.pem)


def test_an_expired_server_certificate_is_not_trusted(state: Callable, keys: Any) -> None:
    expired = keys.ca.issue(
        "expired", SERVER, hosts=["127.0.0.1"], until=NOW - dt.timedelta(hours=1)
    )
    with pytest.raises(PartnerUnreachable, match="its server certificate has expired"):
        state(server_context(expired), ca_file=keys.ca.pem)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_missing_client_certificate_is_told_apart(
    state: Callable, keys: Any, version: ssl.TLSVersion
) -> None:
    context = server_context(keys.server, clients=keys.ca)
    context.minimum_version = context.maximum_version = version
    with pytest.raises(PartnerUnreachable, match="client certificate"):
        state(context, ca_file=keys.ca.pem)


def test_a_client_certificate_of_another_ca_is_told_apart(state: Callable, keys: Any) -> None:
    unknown = keys.stranger.issue("unknown")
    with pytest.raises(PartnerUnreachable, match="client certificate"):
        state(server_context(keys.server, clients=keys.ca), ca_file=keys.ca.pem, **ours(unknown))


def test_a_plain_http_server_behind_https_is_unreachable(
    partner: Callable, endpoint: Callable, keys: Any
) -> None:
    there = partner(UP)
    with pytest.raises(PartnerUnreachable, match="TLS was not agreed"):
        endpoint(there.address.replace("http:", "https:"), ca_file=keys.ca.pem).state()


def test_tls_older_than_12_is_not_spoken(keys: Any) -> None:
    context = Transport(profile("https://127.0.0.1:1/", ca_file=keys.ca.pem)).tls
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.slow
def test_wrong_files_are_named_before_anything_is_asked(keys: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        keys.client.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"x"),
        )
    )
    good, key = keys.client.certificate_file, keys.client.key_file
    for changes, named in [
        ({"ca_file": broken}, "ca_file"),
        ({"ca_file": tmp_path / "absent.pem"}, "ca_file"),
        ({"certificate_file": broken, "key_file": key}, "certificate_file"),
        ({"certificate_file": good, "key_file": keys.server.key_file}, "certificate_file"),
        ({"certificate_file": good, "key_file": locked}, "certificate_file"),
    ]:
        with pytest.raises(SettingsInvalid) as refused:
            Transport(profile("https://127.0.0.1:1/", **changes))
        assert refused.value.key == named
