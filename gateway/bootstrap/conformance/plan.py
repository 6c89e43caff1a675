"""Conformance kit, put together: transport of our client, verifier of seals, sample permits."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
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
from gateway.conformance.speech import RequestValues, Speech, Writer
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.crypto.ws_security.username_token import UsernameSecurer
from gateway.dialects import PASSWORD, USERNAME, Dialect, Login, contract_name
from gateway.domain.errors import GatewayError
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.exchange.ports import MessageSecurer
from gateway.partners.faults import Failure
from gateway.partners.messages import Message, RequestWriter
from gateway.partners.profile import PartnerProfile
from gateway.partners.transport import RawAnswer, Transport
from gateway.settings import ClientSettings, Settings
from gateway.settings.conformance.sample_permits import SamplePermit
from gateway.settings.dialects.load import load_dialect
from gateway.wire.soap_version import SoapVersion
from schemas import DEFAULT_VERSION, VERSIONS, VersionName


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
class ExchangeLimits:
    """Limits of one exchange. A service that needs more has failed the case.

    silent_seconds: longest silence.  reply_bytes: of an answer.
    """

    connect_seconds: float = 5.0
    silent_seconds: float = 20.0
    total_seconds: float = 40.0
    reply_bytes: int = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """How a service is reached and spoken to.

    version: contract version of every address; None: it is found out.
    dialect: name of one, in place of the contract; namespace, values: as it needs them.
    directory: working directory with dialects of its own; None: the shipped ones.
    """

    tls: TlsFiles = TlsFiles()
    version: VersionName | None = None
    dialect: str | None = None
    namespace: str | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    directory: Path | None = None
    limits: ExchangeLimits = ExchangeLimits()

    def securer(self, login: Login) -> MessageSecurer | None:
        """The UsernameToken of a dialect whose log-in it is; None for any other."""
        if not login.message_security.startswith("username"):
            return None
        return UsernameSecurer(
            self.values.get(USERNAME, ""),
            self.values.get(PASSWORD, "").encode(),
            login.message_security == "username-digest",
            now,
            timedelta(seconds=login.timestamp_seconds) if login.timestamp_seconds else None,
        )


@dataclass(frozen=True, slots=True)
class _TransportWire:
    """The port `Wire` over the transport of our client.

    securer: of the log-in. A message that is wrong on purpose may have no place for it.
    """

    transport: Transport
    securer: MessageSecurer | None

    def send(self, sent: Sent) -> Received:
        """See the port."""
        answer, failure = RawAnswer(), None
        began = time.monotonic()
        try:
            if sent.method == "GET":
                self.transport.fetch(sent.query, answer)
            else:
                self.transport.exchange(Message(sent.headers, self._secured(sent.body)), answer)
        except Failure as failed:
            failure = failed.reason
        seconds = time.monotonic() - began
        return Received(answer.status, answer.content_type, bytes(answer.body), seconds, failure)

    def _secured(self, body: bytes) -> bytes:
        if self.securer is None:
            return body
        try:
            return self.securer.secured(body)
        except (GatewayError, SyntaxError, ValueError, LookupError, AttributeError):
            return body


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
    service: ServiceOptions,
    *,
    per_second: float,
    may_confirm: bool,
) -> Plan:
    """The plan of a run against a service.

    Raises ValueError for an address or a namespace that cannot be used, SettingsInvalid for files
    of TLS or of a dialect, KeyError for a dialect that is not known, VersionUnknown.
    """
    ways = [_Way(address, country, service) for address in addresses]
    pace = _Pace(min((per_second, *(way.budget for way in ways))))
    wires = {way.address: way.wire for way in ways}
    return Plan(
        cases=all_cases(),
        checks={**CHECKS, "seal": SealCheck(PermitSealVerifier((), None, now))},
        endpoints=[way.endpoint() for way in ways],
        country=country,
        permits={each.kind: each for each in permits},
        may_confirm=may_confirm,
        way_to=lambda endpoint: wires[endpoint.address],
        pause=pace.wait,
        secrets=[password] if (password := service.values.get(PASSWORD)) else (),
    )


class _Way:
    """The way to one address, and how its service is spoken to."""

    def __init__(self, address: str, country: str, service: ServiceOptions) -> None:
        self.address, self._country, self._service = address, country, service
        version = service.version or DEFAULT_VERSION
        profile = self._profile(service.dialect or f"standard-{version}", "1.1")
        self.budget = _most_per_second(profile.dialect)
        self.wire: Wire = _TransportWire(Transport(profile), service.securer(profile.dialect.login))

    def endpoint(self) -> Endpoint:
        """The endpoint; its contract version is found out where it is not said."""
        if self._service.dialect:
            speech = self._speech(self._service.dialect)
            return Endpoint(self.address, VERSIONS[speech.dialect.answer.documents[0]], speech)
        speeches = {name: self._speech(f"standard-{name}") for name in VERSIONS}
        try:
            said = self._service.version
            version = VERSIONS[said] if said else detected_version(self.wire, speeches)
        except NotDetected as unknown:
            raise VersionUnknown(self.address, str(unknown)) from None
        return Endpoint(self.address, version, speeches[version.name])

    def _speech(self, name: str) -> Speech:
        profile = self._profile(name, "1.1")
        writers = {
            _SOAP[soap]: _writer(self._profile(name, soap)) for soap in profile.dialect.form.soap
        }
        return Speech(profile.dialect, profile.namespace, writers)

    def _profile(self, dialect: str, soap: str) -> PartnerProfile:
        service = self._service
        found = load_dialect(dialect, service.directory)
        if missing := sorted(found.values_needed - service.values.keys()):
            raise ValueError(f"The dialect {dialect} needs {', '.join(missing)}: name each.")
        return PartnerProfile(
            key="conformance",
            country=IsoCountryCode.parse(self._country),
            address=self.address,
            dialect=found,
            soap="1.1" if soap == "1.1" else "1.2",
            send_country=True,
            connect_timeout_seconds=service.limits.connect_seconds,
            read_timeout_seconds=service.limits.silent_seconds,
            total_timeout_seconds=service.limits.total_seconds,
            max_reply_bytes=service.limits.reply_bytes,
            ca_file=service.tls.ca,
            certificate_file=service.tls.certificate,
            key_file=service.tls.key,
            passphrase_file=service.tls.passphrase,
            service_namespace=service.namespace,
            values=service.values,
        )


def _most_per_second(dialect: Dialect) -> float:
    """Requests a second that the service bears, with room for the clocks of two machines."""
    limits = dialect.budget.limits if dialect.budget else ()
    return min((0.8 * calls / seconds for seconds, calls in limits), default=math.inf)


_SOAP = {"1.1": SoapVersion.V1_1, "1.2": SoapVersion.V1_2}


def _writer(profile: PartnerProfile) -> Writer:
    """Writes requests as our client does, the two names of GetFinalCertificate apart."""

    def written(operation: OperationName, values: RequestValues) -> tuple[Mapping[str, str], bytes]:
        named = profile
        if contract_name(operation) is OperationName.GET_FINAL:
            named = replace(profile, final_operation=operation.value)
        message = RequestWriter(named).request(operation, values)
        return message.headers, message.body

    return written


def sandbox_client_list() -> ClientList:
    """The list for a client that calls a sandbox."""
    return ClientList({each.kind: each for each in sandbox_permits()}, lines_to_confirm())
