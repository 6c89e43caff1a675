"""What does an authority's responder say of a certificate? OCSP over HTTP (RFC 6960), only to the configured address.

Its answers are signed, so plain HTTP is enough; they are kept for as long as they say they hold. Past the middle of
that time the next asker sets off a renewal and does not wait for it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.exchange.ports import Clock
from gateway.signatures.asking import NoAnswer, answer_of
from gateway.signatures.revocation import Standing, log

TRY_AGAIN = timedelta(seconds=30)
"""How long a responder that failed is left alone."""
WITHOUT_END = timedelta(seconds=60)
"""How long an answer holds that does not say how long it holds."""
_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_BYTES = 65_536
_KINDS = ("application/ocsp-request", "application/ocsp-response")
_MOST_KEPT = 4096

_STANDINGS = {
    ocsp.OCSPCertStatus.GOOD: Standing.GOOD,
    ocsp.OCSPCertStatus.REVOKED: Standing.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: Standing.NEVER_ISSUED,
}


@dataclass(frozen=True, slots=True)
class _Kept:
    standing: Standing
    until: datetime
    ask_again: datetime


class OcspResponder:
    """One responder, and what it has said. address: `http://host[:port]/path`."""

    def __init__(self, address: str, timeout_seconds: float, clock: Clock) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._kept: dict[x509.Certificate, _Kept] = {}
        self._asking: dict[x509.Certificate, threading.Event] = {}
        self._lock = threading.Lock()

    def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Standing:
        """See RevocationSource. Waits for the responder, timeout_seconds at most, where nothing is kept that holds."""
        with self._lock:
            kept = self._kept.get(certificate)
            answered = self._asking.get(certificate)
            if answered is None and (kept is None or now >= kept.ask_again):
                answered = self._ask(certificate, issuer)
        if (kept is None or now >= kept.until) and answered is not None:
            answered.wait(self._timeout_seconds)
            kept = self._kept.get(certificate)
        return kept.standing if kept is not None and now < kept.until else Standing.SILENT

    def _ask(self, certificate: x509.Certificate, issuer: x509.Certificate) -> threading.Event:
        answered = self._asking[certificate] = threading.Event()

        def ask() -> None:
            try:
                self._keep(certificate, self._answer(certificate, issuer))
            except NoAnswer as trouble:
                log.warning("OCSP responder %s: %s", self._address, trouble)
                self._leave_alone(certificate)
            finally:
                with self._lock:
                    del self._asking[certificate]
                answered.set()

        threading.Thread(target=ask, name="ocsp", daemon=True).start()
        return answered

    def _keep(self, certificate: x509.Certificate, kept: _Kept) -> None:
        with self._lock:
            self._kept[certificate] = kept
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def _leave_alone(self, certificate: x509.Certificate) -> None:
        now = self._clock()
        kept = self._kept.get(certificate, _Kept(Standing.SILENT, now, now))
        self._keep(certificate, replace(kept, ask_again=now + TRY_AGAIN))

    def _answer(self, certificate: x509.Certificate, issuer: x509.Certificate) -> _Kept:
        # SHA-1 only names the certificate here, and many responders look theirs up by nothing else (RFC 5019).
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
        question = request.public_bytes(serialization.Encoding.DER)
        answer = answer_of(self._address, question, _KINDS, self._timeout_seconds, _MOST_BYTES)
        return read_answer(answer, request, issuer, self._clock())


def read_answer(content: bytes, request: ocsp.OCSPRequest, issuer: x509.Certificate, now: datetime) -> _Kept:
    """What an answer says and until when, if it is the issuer's own, of this certificate, and current.

    Raises NoAnswer for one that does not count. Source: RFC 6960, section 3.2.
    """
    try:
        answer = ocsp.load_der_ocsp_response(content)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise NoAnswer(f"says {answer.response_status.name}")
        _verify(answer, _signer(answer, issuer, now))
        said = [one for one in answer.responses if _is_of(one, request)]
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        raise NoAnswer("an answer that cannot be read or is not signed by the authority") from None
    if not said:
        raise NoAnswer("an answer about another certificate")
    (word, *_) = said
    until = word.next_update_utc or now + WITHOUT_END
    if not (word.this_update_utc - _CLOCKS_DIFFER <= now < until):
        raise NoAnswer("an answer of another time")
    return _Kept(_STANDINGS[word.certificate_status], until, now + (until - now) / 2)


def _is_of(said: ocsp.OCSPSingleResponse, request: ocsp.OCSPRequest) -> bool:
    return (said.serial_number, said.issuer_name_hash, said.issuer_key_hash, said.hash_algorithm.name) == (
        request.serial_number, request.issuer_name_hash, request.issuer_key_hash, request.hash_algorithm.name
    )  # fmt: skip


def _signer(answer: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> x509.Certificate:
    """The issuer itself, or whom it has appointed for this by a certificate of its own."""
    candidates: Sequence[x509.Certificate] = (issuer, *answer.certificates)
    for candidate in candidates:
        if _is_responder(answer, candidate) and (candidate == issuer or _appointed(candidate, issuer, now)):
            return candidate
    raise ValueError("signed by somebody else")


def _is_responder(answer: ocsp.OCSPResponse, candidate: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == candidate.subject
    key = x509.SubjectKeyIdentifier.from_public_key(candidate.public_key())
    return answer.responder_key_hash == key.digest


def _appointed(candidate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    candidate.verify_directly_issued_by(issuer)
    try:
        purposes = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    in_date = candidate.not_valid_before_utc <= now <= candidate.not_valid_after_utc
    return in_date and ExtendedKeyUsageOID.OCSP_SIGNING in purposes


def _verify(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> None:
    key, signature, signed = signer.public_key(), answer.signature, answer.tbs_response_bytes
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, signed)
        return
    digest = answer.signature_hash_algorithm
    if digest is None or isinstance(digest, hashes.SHA1 | hashes.MD5):
        raise ValueError("digest too weak")
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    else:
        raise TypeError("kind of key")
