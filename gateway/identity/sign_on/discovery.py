"""Discovery document and signing keys (JWKS) of an OpenID provider, cached within limits.

A document counts for an hour. Where the provider is away, an older one counts on for a day, so that
a short failure of its metadata keeps nobody out. After a failure the provider is left alone for
some seconds: people who wait then hear at once that it is away. A key that is not known has the
keys fetched again, at most once a minute, as providers change their keys.
Source: OpenID Connect Discovery 1.0; OpenID Connect Core 1.0, section 10.1.1.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from gateway.exchange.ports.people.sign_on import SignOnUnavailable
from gateway.identity.sign_on.signing_keys import SigningKey, signing_keys
from gateway.loopback import is_loopback_url
from gateway.wire.http_get import get
from gateway.wire.http_post import NoResponse

FRESH_SECONDS, STALE_SECONDS = 3600.0, 86_400.0
KEYS_AGAIN_SECONDS = 60.0
PAUSE_SECONDS = 10.0
"""After a failure: nothing is asked."""
MOST_BYTES = 256 * 1024
_LONGEST_ADDRESS = 1000
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Transport:
    """How the provider is reached. ca_file: None: the CAs that the system trusts."""

    timeout_seconds: float = 5.0
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The discovery document. end_session: None where none is offered.

    names_issuer: each answer names its issuer (RFC 9207).  takes_basic: the client secret goes in
    the header; else in the body.  tells_logout: it offers back-channel logout.
    """

    authorization: str
    token: str
    jwks: str
    end_session: str | None
    names_issuer: bool
    takes_basic: bool
    tells_logout: bool


class Discovery:
    """Metadata and keys of one issuer. seconds: a clock that never jumps."""

    def __init__(
        self, issuer: str, transport: Transport, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._transport, self._seconds = issuer, transport, seconds
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, Sequence[SigningKey]] | None = None
        self._failed_at: float | None = None
        self._lock = Lock()

    def metadata(self) -> Metadata:
        """The metadata. Raises SignOnUnavailable."""
        with _held(self._lock, self._transport.timeout_seconds):
            return self._present_metadata()

    def keys(self, key_id: str | None) -> Sequence[SigningKey]:
        """Keys with an id; all where none is given. Raises SignOnUnavailable."""
        with _held(self._lock, self._transport.timeout_seconds):
            found = _matching(self._present_keys(FRESH_SECONDS), key_id)
            return found or _matching(self._present_keys(KEYS_AGAIN_SECONDS), key_id)

    def _present_metadata(self) -> Metadata:
        cached, now = self._metadata, self._seconds()
        if cached and now - cached[0] < FRESH_SECONDS:
            return cached[1]
        try:
            read = _metadata(self._fetch(self._issuer.rstrip("/") + _WELL_KNOWN), self._issuer)
        except SignOnUnavailable:
            if cached and now - cached[0] < STALE_SECONDS:
                return cached[1]
            raise
        self._metadata = now, read
        return read

    def _present_keys(self, fresh_seconds: float) -> Sequence[SigningKey]:
        cached, now = self._keys, self._seconds()
        if cached and now - cached[0] < fresh_seconds:
            return cached[1]
        try:
            read = signing_keys(self._fetch(self._present_metadata().jwks))
        except SignOnUnavailable:
            if cached and now - cached[0] < STALE_SECONDS:
                return cached[1]
            raise
        self._keys = now, read
        return read

    def _fetch(self, address: str) -> Mapping[str, object]:
        """A JSON object of the provider. Raises SignOnUnavailable, at once after a failure."""
        failed, now = self._failed_at, self._seconds()
        if failed is not None and now - failed < PAUSE_SECONDS:
            raise SignOnUnavailable("it failed a moment ago")
        how = self._transport
        try:
            answer = get(
                address,
                {"Accept": "application/json"},
                how.timeout_seconds,
                MOST_BYTES,
                ca_file=how.ca_file,
            )
            if answer.status != 200:
                raise NoResponse(f"HTTP status {answer.status}")
            fields = json_object(answer.body)
        except (NoResponse, ValueError) as error:
            self._failed_at = now
            reason = str(error) if isinstance(error, NoResponse) else "no JSON object"
            raise SignOnUnavailable(reason) from None
        self._failed_at = None
        return fields


class _held:
    """The lock for a block, waited for no longer than one call takes."""

    def __init__(self, lock: Lock, seconds: float) -> None:
        self._lock, self._seconds = lock, seconds

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._seconds):
            raise SignOnUnavailable("others wait for it")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def json_object(body: bytes) -> Mapping[str, object]:
    """The object of a JSON text. Raises ValueError."""
    try:
        fields = json.loads(body)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(fields, dict):
        raise ValueError("no object")
    return fields


def _matching(keys: Sequence[SigningKey], key_id: str | None) -> Sequence[SigningKey]:
    return [each for each in keys if key_id is None or each.key_id == key_id]


def _metadata(fields: Mapping[str, object], issuer: str) -> Metadata:
    """The metadata of a document. Raises SignOnUnavailable for one that must not be used."""
    if fields.get("issuer") != issuer:
        raise SignOnUnavailable("its document names another issuer")
    end_session = fields.get("end_session_endpoint")
    methods = fields.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        _address(fields, "authorization_endpoint", issuer),
        _address(fields, "token_endpoint", issuer),
        _address(fields, "jwks_uri", issuer),
        None if end_session is None else _address(fields, "end_session_endpoint", issuer),
        fields.get("authorization_response_iss_parameter_supported") is True,
        not isinstance(methods, list) or "client_secret_basic" in methods,
        fields.get("backchannel_logout_supported") is True,
    )


def _address(fields: Mapping[str, object], name: str, issuer: str) -> str:
    """An address of the document: https, or http of this machine where the issuer is there."""
    address = fields.get(name)
    if isinstance(address, str) and 0 < len(address) <= _LONGEST_ADDRESS and _is_plain(address):
        try:
            parts = urlsplit(address)
            is_local = issuer.startswith("http://") and is_loopback_url(address)
            if parts.hostname and not parts.username and not parts.fragment:
                _ = parts.port
                if parts.scheme == "https" or (parts.scheme == "http" and is_local):
                    return address
        except ValueError:
            pass
    raise SignOnUnavailable(f"its document has no usable {name}")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and "\\" not in text
