"""Conformance kit, put together: transport of our client, verifier of seals, signing key."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import gateway
from gateway.bootstrap.clock import now
from gateway.bootstrap.parts.own_keys import open_permit_sealer
from gateway.conformance.case import CaseResult
from gateway.conformance.case_files import all_cases
from gateway.conformance.checks import CHECKS
from gateway.conformance.checks.seal import SealCheck
from gateway.conformance.client.client_list import ClientList
from gateway.conformance.detect import NotDetected, detected_version
from gateway.conformance.exchange import Endpoint, Received, Sent, Wire
from gateway.conformance.report.html import html
from gateway.conformance.report.junit import junit_xml
from gateway.conformance.report.report import Report
from gateway.conformance.run import Plan
from gateway.conformance.sandbox_permits import lines_to_confirm, sandbox_permits
from gateway.crypto.permit_seal.detached_cms import cms_signature
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.identifiers import IsoCountryCode
from gateway.partners.faults import Failure
from gateway.partners.messages import Message
from gateway.partners.profile import PartnerProfile
from gateway.partners.transport import RawAnswer, Transport
from gateway.settings import ClientSettings, Settings
from gateway.settings.sample_permits import SamplePermit
from schemas import VERSIONS, VersionName

_CONNECT_SECONDS = 5.0
_SILENT_SECONDS = 20.0
_TOTAL_SECONDS = 40.0
"""Of one exchange. A service that needs longer has failed the case."""
_MOST_REPLY_BYTES = 24 * 1024 * 1024
SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.p7s"


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
        version="v2",
        soap="1.1",
        final_operation="GetFinalCitesCertificate",
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


@dataclass(frozen=True, slots=True)
class ReportSigner:
    """Signs reports with the key that seals permits. sealer: None where there is no key."""

    sealer: PermitSealer | None

    @property
    def subject(self) -> str | None:
        """Subject of the certificate (RFC 4514); None without a key."""
        return self.sealer.signer if self.sealer else None

    def report(
        self,
        subject: str,
        addresses: Sequence[str],
        country: str,
        began: datetime,
        results: Sequence[CaseResult],
    ) -> Report:
        """The report of results, ended now."""
        return Report(
            subject=subject,
            addresses=tuple(addresses),
            country=country,
            kit=gateway.__version__,
            began=began,
            ended=now(),
            results=tuple(results),
            signer=self.subject,
        )

    def files(self, report: Report) -> dict[str, bytes]:
        """Files of a report by name: its three forms, their digests, the signature over these."""
        files = {
            "report.html": html(report),
            "report.json": report.to_json(),
            "junit.xml": junit_xml(report),
        }
        sums = "".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()
        ).encode()
        files[SUMS] = sums
        if self.sealer:
            files[SIGNATURE] = cms_signature(self.sealer, sums)
        return files


def report_signer(settings: Settings | None) -> ReportSigner:
    """The signer of a working directory; one that signs nothing without. Raises KeyUnusable."""
    return ReportSigner(open_permit_sealer(settings.seal, now) if settings else None)
