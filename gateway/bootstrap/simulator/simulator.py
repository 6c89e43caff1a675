"""Simulator: the running stand-in, from its options to its addresses."""

import ssl
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.bootstrap.simulator.assembly import make_stand_in, namespace_of, published
from gateway.bootstrap.simulator.options import SimulatorOptions
from gateway.bootstrap.simulator.own_keys import StandInKeys, client_keys, server_files
from gateway.bootstrap.simulator.sample_permits import SAMPLE_COUNTRY, of_country, sample_records
from gateway.crypto.keys.development import DevelopmentCa
from gateway.dialects import CertificateUse, Dialect
from gateway.domain.errors import KeyUnusable
from gateway.exchange.sandbox.cases import sandbox_cases
from gateway.simulator.control import Control
from gateway.simulator.misbehaviour import Misbehaviour
from gateway.simulator.server import listening
from gateway.simulator.service import ReceivedRequest
from gateway.simulator.tls import server_context

_DEFAULTS = SimulatorOptions()
_SAMPLE = f"{SAMPLE_COUNTRY}26"
"""Begin of a number of the samples."""


@dataclass(frozen=True, slots=True)
class SamplePermit:
    """A permit that can be asked for. token: None where it has none.  purpose: a sentence."""

    number: str
    token: str | None
    purpose: str


class Simulator:
    """A running stand-in, for the length of a `with` block.

    Raises, on entering, SettingsInvalid for a dialect that cannot be simulated, InvalidRequest for
    a country, KeyUnusable for a CA, CannotListen (gateway.simulator.server) for an address,
    FileExistsError for keys.
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
        self.namespace = namespace_of(dialect, options)
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
    def permits(self) -> Sequence[SamplePermit]:
        """The permits that it holds, with what each is for in the beginning."""
        country, purposes = self._options.country, dict[str, str]()
        for case in sandbox_cases():
            purposes.setdefault(of_country(case.number, country), case.purpose)
        return [
            SamplePermit(
                record.permit.number.text,
                record.token.text if record.token else None,
                purposes.get(record.permit.number.text, "").replace(_SAMPLE, f"{country}26"),
            )
            for record in sample_records(country, self._options.clock().date())
        ]

    @property
    def asked(self) -> Sequence[ReceivedRequest]:
        """The newest requests, the oldest first."""
        return self._stand_in.asked

    def misbehave(self, misbehaviour: Misbehaviour | None) -> None:
        """Misbehave so from the next answer on. None: behave."""
        self._stand_in.switch(misbehaviour)

    def _start(self, stack: ExitStack) -> None:
        options, ca = self._options, DevelopmentCa()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="epix-stand-in-")))
        self._stand_in = make_stand_in(self.dialect, options, ca, folder)
        self._stand_in.switch(self._first)
        self.keys = client_keys(ca, options.keys or folder, options.country)
        tls = self._tls(ca, folder) if options.with_tls else None
        port = stack.enter_context(
            listening(options.host, options.port, self._stand_in, tls, options.pace)
        )
        self.address = _address(options.known_as or options.host, port, with_tls=options.with_tls)
        self._stand_in.published = published(self.dialect, options.directory, self.address)
        if options.control:
            control = Control(self._stand_in.state, self._stand_in.switch)
            host, wanted = options.control
            port = stack.enter_context(listening(host, wanted, control))
            self.control_address = _address(host, port, with_tls=False)

    def _tls(self, ca: DevelopmentCa, folder: Path) -> ssl.SSLContext:
        options = self._options
        asks = self.dialect.login.client_certificate is CertificateUse.REQUIRED
        cas = (self.keys.ca, *([options.client_ca] if options.client_ca else [])) if asks else ()
        known_as = options.known_as or options.host
        try:
            return server_context(server_files(ca, folder, options.country, known_as, cas))
        except OSError:
            raise KeyUnusable(f"{options.client_ca} is no CA certificate in PEM.") from None


def _address(host: str, port: int, *, with_tls: bool) -> str:
    return f"http{'s' if with_tls else ''}://{f'[{host}]' if ':' in host else host}:{port}/"
