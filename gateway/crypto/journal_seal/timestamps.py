"""Trusted timestamps (RFC 3161): requested from a time-stamping authority (TSA), and verified.

A timestamp proves that a head of the journal existed at a moment, even against ourselves. The TSA
receives a SHA-256 and nothing else. Only the configured address is contacted. Certificates of the
TSA must be valid at the moment of the timestamp, not today: timestamps are verified for years.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerifierBuilder,
    decode_timestamp_response,
)

from gateway.domain.errors import ServiceUnavailable, SignatureInvalid
from gateway.exchange.ports import Clock
from gateway.wire.http_post import NoResponse, post

_LOG = logging.getLogger(__name__)
_MAX_RESPONSE_BYTES = 1 << 20
_MEDIA_TYPES = ("application/timestamp-query", "application/timestamp-reply")
_CLOCK_SKEW_SECONDS = 300


class Rfc3161Verifier:
    """The port `TimestampVerifier`. roots: the trusted root certificates of TSAs."""

    def __init__(self, roots: Sequence[x509.Certificate]) -> None:
        self._roots = list(dict.fromkeys(roots))

    def timestamped_at(self, response: bytes, statement: bytes) -> datetime:
        """See the port. response: TimeStampResp, DER."""
        return self.verified(response, statement, None).tst_info.gen_time

    def verified(self, response: bytes, statement: bytes, nonce: int | None) -> TimeStampResponse:
        """The verified response. response: TimeStampResp, DER.

        nonce: of the request, for a response just received; None: a stored response.
        Raises SignatureInvalid.
        """
        try:
            decoded = decode_timestamp_response(response)
            verifier = VerifierBuilder(roots=list(self._roots), nonce=nonce).build()
            verifier.verify_message(decoded, statement)
        except Exception as error:  # noqa: BLE001  # the parsers raise many kinds for hostile bytes
            raise SignatureInvalid(
                f"It is no time-stamp over this by an authority that we believe ({error})."
            ) from None
        return decoded


@dataclass(frozen=True, slots=True)
class TimeStampingAuthority:
    """The port `TimestampAuthority`: a client of one TSA.

    address: `http[s]://host[:port]/path`.  total_seconds: for the whole of a request and its
    response.
    """

    address: str
    verifier: Rfc3161Verifier
    clock: Clock
    total_seconds: float = 10.0

    def timestamp(self, statement: bytes) -> bytes:
        """See the port."""
        try:
            return self._request(statement)
        except (NoResponse, SignatureInvalid) as error:
            _LOG.warning("time-stamping authority %s: %s", urlsplit(self.address).netloc, error)
            raise ServiceUnavailable(
                "The time-stamping authority gave nothing that counts."
            ) from None

    def _request(self, statement: bytes) -> bytes:
        request = (
            TimestampRequestBuilder()
            .data(statement)
            .hash_algorithm(HashAlgorithm.SHA256)
            .cert_request(cert_request=True)
            .build()
        )
        response = self._post(request.as_bytes())
        # Verified before it is stored, with the nonce: an old response cannot be played back.
        verified = self.verifier.verified(response, statement, request.nonce)
        offset = (verified.tst_info.gen_time - self.clock()).total_seconds()
        if abs(offset) > _CLOCK_SKEW_SECONDS:
            _LOG.warning(
                "The clock of this machine is %+.0f seconds apart from the time-stamping"
                " authority's.",
                -offset,
            )
        return response

    def _post(self, request: bytes) -> bytes:
        response = post(
            self.address, request, _MEDIA_TYPES, self.total_seconds, _MAX_RESPONSE_BYTES
        )
        try:
            return _with_sorted_certificates(response)
        except (ValueError, IndexError):
            raise NoResponse("an answer that is no time-stamp") from None


_CERTIFICATES = 0xA0
"""Tag of `certificates [0] IMPLICIT SET` in SignedData (RFC 5652, section 5.1)."""


def _with_sorted_certificates(response: bytes) -> bytes:
    """The response with its certificates in the order of DER (X.690, section 11.6: SET OF).

    OpenSSL, on which many TSAs run, leaves them unsorted, and strict decoders refuse that. The
    certificates are not part of what is signed, so the signature stays valid; none is changed.
    Raises ValueError or IndexError for bytes that are no response.
    """
    # TimeStampResp { status, ContentInfo { type, [0] SignedData { ..., [0] certificates, ... } } }
    _, token = _values(response, *_values(response, 0, len(response))[0][1:])
    _, content = _values(response, *token[1:])
    (signed_data,) = _values(response, *content[1:])
    for tag, begin, end in _values(response, *signed_data[1:]):
        if tag == _CERTIFICATES:
            starts = [begin, *(stop for _, _, stop in _values(response, begin, end))]
            certificates = sorted(response[start:stop] for start, stop in pairwise(starts))
            return response[:begin] + b"".join(certificates) + response[end:]
    return response


def _values(data: bytes, begin: int, end: int) -> list[tuple[int, int, int]]:
    """The DER values between two offsets: tag, and begin and end of the content of each."""
    found = []
    while begin < end:
        tag, length = data[begin], data[begin + 1]
        begin += 2
        if length > 0x80:  # the long form: the number of length octets, then these
            size = length & 0x7F
            length = int.from_bytes(data[begin : begin + size], "big")
            begin += size
        found.append((tag, begin, begin + length))
        begin += length
    if begin != end:
        raise ValueError("cut off")
    return found
