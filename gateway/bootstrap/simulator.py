"""Simulator: a stand-in put together from a dialect, sample permits and throw-away keys.

    with Simulator(load_dialects()["czech"], Misbehaviour.SLOW) as simulator:
        simulator.address            # http://127.0.0.1:40123/
        simulator.permits            # what can be asked for
        simulator.misbehave(None)

The keys that seal its permits, and those of TLS, come from a CA made for this one stand-in.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import schemas
import wsdl
from gateway.bootstrap.clock import new_id, now
from gateway.bootstrap.parts.permits import permit_formats
from gateway.bootstrap.sample_permits import SAMPLE_COUNTRY, sample_records
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.files import write_secret
from gateway.crypto.permit_seal.sign import open_sealer
from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.username_token import UsernameVerifier
from gateway.dialects import PASSWORD, USERNAME, Dialect
from gateway.domain.errors import GatewayError, SettingsInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.exchange.ports import Clock, MessageVerifier, NationalRecord
from gateway.http import HttpAnswer, HttpRequest
from gateway.simulator.answers import AnswerWriter
from gateway.simulator.control import Control
from gateway.simulator.description import target_namespace
from gateway.simulator.misbehaviour import Misbehaviour, Pace
from gateway.simulator.permits import SamplePermits
from gateway.simulator.reading import RequestReader
from gateway.simulator.replay_cache import MemoryReplayCache
from gateway.simulator.server import listening
from gateway.simulator.stand_in import Asked, StandIn
from gateway.simulator.tls import TlsFiles, server_context
from gateway.soap.faults import fault
from gateway.soap.wsdl import PublishedContract
from gateway.wire.soap_version import SoapVersion

_formats = cache(permit_formats)

DEFAULT_LOGIN: Mapping[str, str] = {USERNAME: "stand-in", PASSWORD: "stand-in"}
"""User name and password of a stand-in, where its dialect asks for them."""

_AUTHORITY = "STAND-IN"
_SKEW = timedelta(seconds=60)
_DEFAULT_AGE_SECONDS = 300
_CA, _CLIENT, _CLIENT_KEY = "ca.pem", "client.pem", "client.key.pem"


@dataclass(frozen=True, slots=True)
class StandInKeys:
    """Files for the clients of a stand-in, PEM, in one folder.

    ca: of its server certificate and of its permit seals.  certificate, key: for a client.
    """

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """Options of a stand-in.

    country: ISO 3166 code that it answers for and whose permits it holds.
    host, port: where it listens; port 0: any free one.
    keys: folder for the keys of clients; None: one that is removed at the end.
    with_tls: HTTPS, with a client certificate where the dialect asks for one.
    control: host and port of the control address; None: there is none.
    namespace: of the service; None: that of the dialect, or of its WSDL, or of the contract.
    login: values that headers and log-in must hold.  directory: working directory with WSDLs.
    """

    country: str = SAMPLE_COUNTRY
    host: str = "127.0.0.1"
    port: int = 0
    keys: Path | None = None
    with_tls: bool = False
    control: tuple[str, int] | None = None
    namespace: str | None = None
    login: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_LOGIN))
    pace: Pace = field(default_factory=Pace)
    directory: Path | None = None
    clock: Clock = now


_DEFAULTS = SimulatorOptions()


class Simulator:
    """A running stand-in, for the length of a `with` block.

    Raises, on entering, SettingsInvalid for a dialect that cannot be simulated,
    gateway.simulator.server.CannotListen for an address, FileExistsError for keys in the way.
    """

    address: str
    """Where it is asked: `https://127.0.0.1:8443/`."""
    control_address: str | None = None
    keys: StandInKeys

    def __init__(
        self,
        dialect: Dialect,
        misbehaviour: Misbehaviour | None = None,
        options: SimulatorOptions = _DEFAULTS,
    ) -> None:
        self.dialect = dialect
        self.namespace = _namespace(dialect, options)
        self._first = misbehaviour
        self._options = options
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def permits(self) -> Sequence[NationalRecord]:
        """The permits that it holds, as they were in the beginning."""
        return sample_records(self._options.country)

    @property
    def asked(self) -> Sequence[Asked]:
        """The newest requests, the oldest first."""
        return tuple(self._stand_in.asked)

    def misbehave(self, misbehaviour: Misbehaviour | None) -> None:
        """Misbehave so from the next answer on. None: behave."""
        self._stand_in.switch(misbehaviour)

    def _start(self, stack: ExitStack) -> None:
        options = self._options
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="epix-stand-in-")))
        country = IsoCountryCode.parse(options.country)
        ca = DevelopmentCa()
        self.keys = _written(ca, options.keys or folder, country.text)
        self._stand_in = self._made(ca, folder, country)
        tls = server_context(_server_files(ca, folder, country.text)) if options.with_tls else None
        address = stack.enter_context(
            listening(options.host, options.port, self._stand_in, tls, options.pace)
        )
        self.address = f"{address}/"
        self._stand_in.published = _published(self.dialect, options.directory, self.address)
        if options.control:
            control = Control(self._stand_in.state, self._stand_in.switch)
            host, port = options.control
            self.control_address = stack.enter_context(listening(host, port, control)) + "/"

    def _made(self, ca: DevelopmentCa, folder: Path, country: IsoCountryCode) -> StandIn:
        options, pair = self._options, ca.seal(country.text)
        (folder / "seal.pem").write_bytes(pair.certificate + ca.certificate)
        write_secret(folder / "seal.key.pem", pair.key)
        sealer = open_sealer(folder / "seal.pem", folder / "seal.key.pem", None, options.clock)
        return StandIn(
            self.dialect,
            country,
            SamplePermits(
                Authority(country, _AUTHORITY),
                sample_records(country.text),
                _formats(),
                sealer,
                options.clock,
                new_id,
            ),
            RequestReader(self.dialect, self.namespace, options.login, self._verifier()),
            AnswerWriter(self.dialect, self.namespace, _contract_fault),
            options.clock,
            new_id,
            over_tls=options.with_tls,
            misbehaviour=self._first,
        )

    def _verifier(self) -> MessageVerifier | None:
        login = self.dialect.login
        if login.message_security == "none":
            return None
        if login.message_security == "x509":
            raise SettingsInvalid(
                f"The dialect {self.dialect.name} signs messages with a certificate; a stand-in"
                " knows no certificate of its callers.",
                file=f"conf/dialects/{self.dialect.name}.toml",
                key="login.message_security",
            )
        seconds = login.timestamp_seconds or _DEFAULT_AGE_SECONDS
        values = {**DEFAULT_LOGIN, **self._options.login}
        freshness = Freshness(
            "caller", timedelta(seconds=seconds), _SKEW, self._options.clock, MemoryReplayCache()
        )
        is_digest = login.message_security == "username-digest"
        return UsernameVerifier(values[USERNAME], values[PASSWORD].encode(), is_digest, freshness)


def _written(ca: DevelopmentCa, folder: Path, country: str) -> StandInKeys:
    """Write the CA's certificate and a client's pair into a folder. Raises FileExistsError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = StandInKeys(folder / _CA, folder / _CLIENT, folder / _CLIENT_KEY)
    pair = ca.client(country)
    for file, content in ((keys.ca, ca.certificate), (keys.certificate, pair.certificate)):
        with file.open("xb") as opened:
            opened.write(content)
    write_secret(keys.key, pair.key)
    return keys


def _server_files(ca: DevelopmentCa, folder: Path, country: str) -> TlsFiles:
    pair = ca.server(country)
    files = TlsFiles(folder / "server.pem", folder / "server.key.pem", folder / "clients.pem")
    files.certificate.write_bytes(pair.certificate)
    write_secret(files.key, pair.key)
    files.client_ca.write_bytes(ca.certificate)
    return files


def _contract_fault(error: GatewayError, soap: SoapVersion, incident: str) -> bytes:
    return fault(error, soap, incident).body


def _wsdl_of(dialect: Dialect, directory: Path | None) -> Path | None:
    if dialect.wsdl is None:
        return None
    folders = [wsdl.directory(), *([directory / "conf/dialects"] if directory else [])]
    files = [folder / dialect.wsdl for folder in folders]
    return next((file for file in files if file.is_file()), None)


def _namespace(dialect: Dialect, options: SimulatorOptions) -> str:
    """The namespace of the service: of the options, the dialect, its WSDL, or the contract."""
    file = _wsdl_of(dialect, options.directory)
    of_contract = schemas.VERSIONS[dialect.answer.documents[0]].namespace
    return (
        options.namespace
        or dialect.form.namespace
        or (target_namespace(file) if file else None)
        or of_contract
    )


def _published(
    dialect: Dialect, directory: Path | None, address: str
) -> Callable[[HttpRequest], HttpAnswer] | None:
    file = _wsdl_of(dialect, directory)
    if file is None:
        return None
    version = dialect.answer.documents[0]
    xsds = [
        *sorted((schemas.directory() / version).glob("*.xsd")),
        schemas.directory() / "fault.xsd",
    ]
    return PublishedContract(file, xsds, address).serve
