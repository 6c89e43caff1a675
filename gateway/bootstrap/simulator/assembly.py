"""Assembly of a stand-in: its parts, made from a dialect and options. Nothing listens yet."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import schemas
import wsdl
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.permits import permit_formats
from gateway.bootstrap.simulator.options import DEFAULT_LOGIN, SimulatorOptions
from gateway.bootstrap.simulator.own_keys import sealer
from gateway.bootstrap.simulator.sample_permits import of_country, sample_records
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.username_token import UsernameVerifier
from gateway.dialects import PASSWORD, USERNAME, Dialect
from gateway.domain.errors import GatewayError, SettingsInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import MessageVerifier
from gateway.exchange.sandbox.cases import (
    CONFIRMED_BEFORE,
    UNSEALED,
    sandbox_cases,
    spent_numbers,
)
from gateway.http import HttpAnswer, HttpRequest
from gateway.simulator.answers import AnswerWriter
from gateway.simulator.description import target_namespace
from gateway.simulator.permits import SamplePermits
from gateway.simulator.reading import RequestReader
from gateway.simulator.replay_cache import MemoryReplayCache
from gateway.simulator.service import StandIn
from gateway.soap.faults import fault
from gateway.soap.wsdl import PublishedContract
from gateway.wire.soap_version import SoapVersion

_formats = cache(permit_formats)

_AUTHORITY = "STAND-IN"
_SKEW = timedelta(seconds=60)
_AGE_SECONDS = 300
"""Of a message whose dialect names none."""


def make_stand_in(
    dialect: Dialect, options: SimulatorOptions, ca: DevelopmentCa, folder: Path
) -> StandIn:
    """A stand-in. ca: issues its sealing certificate.  folder: for the key of that.

    Raises SettingsInvalid for a dialect that cannot be simulated, InvalidRequest for a country.
    """
    country, namespace = IsoCountryCode.parse(options.country), namespace_of(dialect, options)
    return StandIn(
        dialect,
        country,
        _sample_permits(country, options, ca, folder),
        RequestReader(dialect, namespace, options.login, _verifier(dialect, options)),
        AnswerWriter(dialect, namespace, _contract_fault),
        options.clock,
        new_id,
        over_tls=options.with_tls,
    )


def namespace_of(dialect: Dialect, options: SimulatorOptions) -> str:
    """The namespace of the service: of the options, the dialect, its WSDL, or the contract."""
    file = _wsdl_of(dialect, options.directory)
    of_contract = schemas.VERSIONS[dialect.answer.documents[0]].namespace
    return (
        options.namespace
        or dialect.form.namespace
        or (target_namespace(file) if file else None)
        or of_contract
    )


def published(
    dialect: Dialect, directory: Path | None, address: str
) -> Callable[[HttpRequest], HttpAnswer] | None:
    """The site that serves the WSDL of a dialect; None where it has none. address: of it."""
    file = _wsdl_of(dialect, directory)
    if file is None:
        return None
    version = dialect.answer.documents[0]
    xsds = [
        *sorted((schemas.directory() / version).glob("*.xsd")),
        schemas.directory() / "fault.xsd",
    ]
    return PublishedContract(file, xsds, address).serve


def _wsdl_of(dialect: Dialect, directory: Path | None) -> Path | None:
    if dialect.wsdl is None:
        return None
    folders = [*([directory / "wsdl"] if directory else []), wsdl.directory()]
    files = [folder / dialect.wsdl for folder in folders]
    return next((file for file in files if file.is_file()), None)


def _sample_permits(
    country: IsoCountryCode, options: SimulatorOptions, ca: DevelopmentCa, folder: Path
) -> SamplePermits:
    """The permits, in the state that the cases of the sandbox have them in."""
    cases = [(of_country(case.number, country.text), case) for case in sandbox_cases()]
    permits = SamplePermits(
        Authority(country, _AUTHORITY),
        sample_records(country.text, options.clock().date()),
        _formats(),
        sealer(ca, folder, country.text, options.clock),
        options.clock,
        new_id,
        unsealed=frozenset(number for number, case in cases if case.prepared == UNSEALED),
        spent=frozenset(of_country(spent.text, country.text) for _, spent in spent_numbers()),
    )
    for number, case in cases:
        if case.prepared == CONFIRMED_BEFORE and case.outcome == "ALREADY_CONFIRMED":
            seen = [SeenQuantity(letter, quantity) for letter, quantity in case.quantities]
            permits.confirm(number, case.token, seen)
    return permits


def _verifier(dialect: Dialect, options: SimulatorOptions) -> MessageVerifier | None:
    login = dialect.login
    if login.message_security == "none":
        return None
    if login.message_security == "x509":
        raise SettingsInvalid(
            f"The dialect {dialect.name} signs messages with a certificate; a stand-in knows no"
            " certificate of its callers.",
            file=f"conf/dialects/{dialect.name}.toml",
            key="login.message_security",
        )
    age = timedelta(seconds=login.timestamp_seconds or _AGE_SECONDS)
    freshness = Freshness("caller", age, _SKEW, options.clock, MemoryReplayCache())
    values = {**DEFAULT_LOGIN, **options.login}
    is_digest = login.message_security == "username-digest"
    return UsernameVerifier(values[USERNAME], values[PASSWORD].encode(), is_digest, freshness)


def _contract_fault(error: GatewayError, soap: SoapVersion, incident: str) -> bytes:
    return fault(error, soap, incident).body
