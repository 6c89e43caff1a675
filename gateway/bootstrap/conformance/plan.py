"""Conformance kit, put together: transport of our client, verifier of seals, sample permits."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.bootstrap.clock import now
from gateway.conformance.case_files import all_cases
from gateway.conformance.checks import CHECKS
from gateway.conformance.checks.seal import SealCheck
from gateway.conformance.client.client_list import ClientList
from gateway.conformance.detect import NotDetected, detected_version
from gateway.conformance.exchange import Endpoint, Received, Sent, Wire
from gateway.conformance.run import Plan
from gateway.conformance.sandbox_permits import lines_to_confirm, sandbox_permits
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.identifiers import IsoCountryCode
from gateway.partners.faults import Failure
from gateway.partners.messages import Message
from gateway.partners.profile import PartnerProfile
from gateway.partners.transport import RawAnswer, Transport
from gateway.settings import ClientSettings, Settings
from gateway.settings.conformance.sample_permits import SamplePermit
from gateway.settings.dialects.load import load_dialect
from schemas import VERSIONS, VersionName

_CONNECT_SECONDS = 5.0
_SILENT_SECONDS = 20.0
_TOTAL_SECONDS = 40.0
"""Of one exchange. A service that needs longer has failed the case."""
_MOST_REPLY_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Files for TLS, PEM. ca: of the server; None: the CAs that the system trusts."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    passphrase: Path | None = None


def tls_files(
    settings: Settings | None, ca: Path | None, certificate: Path | None, key: Path | None
) -> TlsFiles:
    """The files that are named, else those of [client]."""
    client = settings.client if settings else ClientSettings()
    if certificate or key:
        return TlsFiles(ca or client.ca_file, certificate, key)
    return TlsFiles(
        ca or client.ca_file, client.certificate_file, client.key_file, client.passphrase_file
    )


@dataclass(slots=True)
class _Pace:
    """At most so many requests a second."""

    per_second: float
    next_at: float = field(default=0.0)

    def wait(self) -> None:
        time.sleep(max(0.0, self.next_at - time.monotonic()))
        self.next_at = time.monotonic() + 1 / self.per_second


@dataclass(frozen=True, slots=True)
class _TransportWire:
    """The port `Wire` over the transport of our client."""

    transport: Transport

    def send(self, sent: Sent) -> Received:
        """See the port."""
        answer, failure = RawAnswer(), None
        began = time.monotonic()
        try:
            if sent.method == "GET":
                self.transport.fetch(sent.query, answer)
            else:
                self.transport.exchange(Message(sent.headers, sent.body), answer)
        except Failure as failed:
            failure = failed.reason
        seconds = time.monotonic() - began
        return Received(answer.status, answer.content_type, bytes(answer.body), seconds, failure)


class VersionUnknown(Exception):
    """An address does not say which contract version it speaks.

    address: of it.  reason: rest of a sentence that begins with the service.
    """

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address)
        self.address, self.reason = address, reason


def conformance_plan(
    addresses: Sequence[str],
    country: str,
    permits: Sequence[SamplePermit],
    tls: TlsFiles,
    *,
    version: VersionName | None,
    per_second: float,
    may_confirm: bool,
) -> Plan:
    """The plan of a run against a service.

    version: contract version of every address; None: it is found out.
    Raises ValueError for an address that is none, SettingsInvalid for files of TLS that cannot be
    used, VersionUnknown.
    """
    pace = _Pace(per_second)
    wires: dict[str, Wire] = {
        address: _TransportWire(Transport(_profile(address, country, tls))) for address in addresses
    }

    def endpoint_of(address: str) -> Endpoint:
        if version:
            return Endpoint(address, VERSIONS[version])
        try:
            return Endpoint(address, detected_version(wires[address]))
        except NotDetected as unknown:
            raise VersionUnknown(address, str(unknown)) from None

    return Plan(
        cases=all_cases(),
        checks={**CHECKS, "seal": SealCheck(PermitSealVerifier((), None, now))},
        endpoints=[endpoint_of(address) for address in addresses],
        country=country,
        permits={each.kind: each for each in permits},
        may_confirm=may_confirm,
        way_to=lambda endpoint: wires[endpoint.address],
        pause=pace.wait,
    )


def _profile(address: str, country: str, tls: TlsFiles) -> PartnerProfile:
    return PartnerProfile(
        key="conformance",
        country=IsoCountryCode.parse(country),
        address=address,
        dialect=load_dialect("standard-v2"),
        soap="1.1",
        send_country=True,
        connect_timeout_seconds=_CONNECT_SECONDS,
        read_timeout_seconds=_SILENT_SECONDS,
        total_timeout_seconds=_TOTAL_SECONDS,
        max_reply_bytes=_MOST_REPLY_BYTES,
        ca_file=tls.ca,
        certificate_file=tls.certificate,
        key_file=tls.key,
        passphrase_file=tls.passphrase,
    )


def sandbox_client_list() -> ClientList:
    """The list for a client that calls a sandbox."""
    return ClientList({each.kind: each for each in sandbox_permits()}, lines_to_confirm())
