"""OCSP client (RFC 6960) over HTTP, for the configured responder address only.

Responses are signed, so plain HTTP is enough. They are cached until their nextUpdate. From the
middle of that time on, the next status request starts a renewal in the background and does not wait
for it, so that callers do not feel the round trip. After a failure there is a back-off.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.crypto.callers.revocation import RevocationStatus, log
from gateway.exchange.ports import Clock
from gateway.wire.http_post import NoResponse, post

BACKOFF = timedelta(seconds=30)
"""Back-off: no new request for this long after a failure of the responder."""
NO_NEXT_UPDATE = timedelta(seconds=60)
"""How long a response without nextUpdate counts."""
_CLOCK_SKEW = timedelta(minutes=5)
_MAX_RESPONSE_BYTES = 65_536
_MEDIA_TYPES = ("application/ocsp-request", "application/ocsp-response")
_CACHE_SIZE = 4096

_STATUSES = {
    ocsp.OCSPCertStatus.GOOD: RevocationStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED: RevocationStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: RevocationStatus.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class _CachedStatus:
    """until: end of the response (nextUpdate).  renew_at: when to ask the responder again."""

    status: RevocationStatus
    until: datetime
    renew_at: datetime


@dataclass(frozen=True, slots=True)
class _Request:
    """A request in flight. ends_at: of the monotonic clock.  done: its outcome is cached."""

    ends_at: float
    done: threading.Event = field(default_factory=threading.Event)


class OcspResponder:
    """The responder of a CA, with a cache of its responses. Safe to share between threads.

    address: `http://host[:port]/path`.  timeout_seconds: for the whole of a request and its
    response, which is also how long a caller waits at most.
    """

    def __init__(self, address: str, timeout_seconds: float, clock: Clock) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._cache: dict[x509.Certificate, _CachedStatus] = {}
        self._in_flight: dict[x509.Certificate, _Request] = {}
        self._lock = threading.Lock()

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> RevocationStatus:
        """See RevocationSource.

        Waits for the responder, timeout_seconds at most, if the cache has no current response.
        During the back-off after a failure nothing is asked or waited for.
        """
        with self._lock:
            cached = self._cache.get(certificate)
            request = self._in_flight.get(certificate)
            # One request per certificate is in flight; concurrent callers share its response.
            if request is None and (cached is None or now >= cached.renew_at):
                request = self._request(certificate, issuer)
        if (cached is None or now >= cached.until) and request is not None:
            # What is left of the time of the request: its callers do not wait anew one by one.
            request.done.wait(max(0.0, request.ends_at - monotonic()))
            cached = self._cache.get(certificate)
        if cached is None or now >= cached.until:
            return RevocationStatus.UNAVAILABLE
        return cached.status

    def _request(self, certificate: x509.Certificate, issuer: x509.Certificate) -> "_Request":
        """Send a request in a thread of its own."""
        request = self._in_flight[certificate] = _Request(monotonic() + self._timeout_seconds)

        def send() -> None:
            try:
                self._store(certificate, self._fetch(certificate, issuer))
            except NoResponse as error:
                log.warning("OCSP responder %s: %s", self._address, error)
                self._back_off(certificate)
            finally:
                with self._lock:
                    del self._in_flight[certificate]
                request.done.set()

        threading.Thread(target=send, name="ocsp", daemon=True).start()
        return request

    def _store(self, certificate: x509.Certificate, status: _CachedStatus) -> None:
        with self._lock:
            self._cache[certificate] = status
            if len(self._cache) > _CACHE_SIZE:
                del self._cache[next(iter(self._cache))]

    def _back_off(self, certificate: x509.Certificate) -> None:
        """Postpone the next request. A response that is still current stays in the cache."""
        now = self._clock()
        nothing = _CachedStatus(RevocationStatus.UNAVAILABLE, now, now)
        cached = self._cache.get(certificate, nothing)
        self._store(certificate, replace(cached, renew_at=now + BACKOFF))

    def _fetch(self, certificate: x509.Certificate, issuer: x509.Certificate) -> _CachedStatus:
        # SHA-1 only names the certificate here and protects nothing. Many responders look
        # certificates up by no other hash (RFC 5019).
        sha1 = hashes.SHA1()  # noqa: S303
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, sha1).build()
        response = post(
            self._address,
            request.public_bytes(serialization.Encoding.DER),
            _MEDIA_TYPES,
            self._timeout_seconds,
            _MAX_RESPONSE_BYTES,
        )
        return read_response(response, request, issuer, self._clock())


def read_response(
    content: bytes, request: ocsp.OCSPRequest, issuer: x509.Certificate, now: datetime
) -> _CachedStatus:
    """The status in a response and until when it counts. content: DER.  now: aware.

    The response must be signed by the issuer or its delegated responder, be about the certificate
    of the request, and be current. The request has no nonce: many responders sign in advance
    (RFC 5019), and the dates bound a replay.
    Raises NoResponse for a response that does not count.
    Source: RFC 6960, section 3.2.
    """
    try:
        response = ocsp.load_der_ocsp_response(content)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise NoResponse(f"says {response.response_status.name}")
        _verify(response, _signer(response, issuer, now))
        matching = [single for single in response.responses if _is_about(single, request)]
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        raise NoResponse(
            "an answer that cannot be read or is not signed by the authority"
        ) from None
    if not matching:
        raise NoResponse("an answer about another certificate")
    single, *_ = matching
    until = single.next_update_utc or now + NO_NEXT_UPDATE
    if not (single.this_update_utc - _CLOCK_SKEW <= now < until):
        raise NoResponse("an answer of another time")
    return _CachedStatus(_STATUSES[single.certificate_status], until, now + (until - now) / 2)


def _is_about(single: ocsp.OCSPSingleResponse, request: ocsp.OCSPRequest) -> bool:
    return (
        single.serial_number,
        single.issuer_name_hash,
        single.issuer_key_hash,
        single.hash_algorithm.name,
    ) == (
        request.serial_number,
        request.issuer_name_hash,
        request.issuer_key_hash,
        request.hash_algorithm.name,
    )


def _signer(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime
) -> x509.Certificate:
    """The certificate that signed the response: the issuer's, or that of its delegated responder.

    Raises ValueError, TypeError or InvalidSignature where it is neither.
    Source: RFC 6960, section 4.2.2.2.
    """
    candidates: Sequence[x509.Certificate] = (issuer, *response.certificates)
    for candidate in candidates:
        if not _is_responder(response, candidate):
            continue
        if candidate == issuer or _is_delegated(candidate, issuer, now):
            return candidate
    raise ValueError("signed by somebody else")


def _is_responder(response: ocsp.OCSPResponse, candidate: x509.Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == candidate.subject
    key = x509.SubjectKeyIdentifier.from_public_key(candidate.public_key())
    return response.responder_key_hash == key.digest


def _is_delegated(candidate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    """Whether the issuer itself has certified the candidate for signing OCSP responses."""
    candidate.verify_directly_issued_by(issuer)
    try:
        purposes = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    in_date = candidate.not_valid_before_utc <= now <= candidate.not_valid_after_utc
    return in_date and ExtendedKeyUsageOID.OCSP_SIGNING in purposes


def _verify(response: ocsp.OCSPResponse, signer: x509.Certificate) -> None:
    """Raises InvalidSignature, ValueError for SHA-1 or MD5, TypeError for another type of key."""
    key, signature, signed = signer.public_key(), response.signature, response.tbs_response_bytes
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, signed)
        return
    digest = response.signature_hash_algorithm
    if digest is None or isinstance(digest, hashes.SHA1 | hashes.MD5):
        raise ValueError("digest too weak")
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    else:
        raise TypeError("key type")
