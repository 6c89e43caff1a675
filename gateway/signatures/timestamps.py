"""When was it there, as somebody else swears? Asks a time-stamping authority (RFC 3161), and verifies what it says.

Over HTTP as RFC 3161, section 3.4 has it, only to the configured address. What is asked tells nothing: it is a digest.
"""

import http.client
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Clock
from gateway.signatures.authorities import authorities_in

_LOG = logging.getLogger(__name__)
_MOST_BYTES = 1 << 20
_CLOCKS_DIFFER_SECONDS = 300


class _NoToken(Exception):
    """The authority gave no token that counts; the text says why, for our log."""


@dataclass(frozen=True, slots=True)
class TimeStampingAuthority:
    """Implements exchange.ports.TimeStamper. address: `http[s]://host[:port]/path`.  roots: what its tokens lead to."""

    address: str
    roots: Sequence[x509.Certificate]
    timeout_seconds: float
    clock: Clock

    def stamp(self, data: bytes) -> bytes:
        """See the port."""
        try:
            return self._token(data)
        except _NoToken as trouble:
            _LOG.warning("time-stamping authority %s: %s", urlsplit(self.address).netloc, trouble)
            raise ServiceUnavailable("The time-stamping authority gave no token that counts.") from None

    def _token(self, data: bytes) -> bytes:
        request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).cert_request(
            cert_request=True
        ).build()  # fmt: skip
        answer = self._answer(request.as_bytes())
        builder = VerifierBuilder.from_request(request)
        for root in self.roots:
            builder = builder.add_root_certificate(root)
        try:
            builder.build().verify_message(answer, data)
        except (VerificationError, ValueError) as error:
            raise _NoToken(f"an answer that does not count: {error}") from None
        self._compare_clocks(answer)
        return answer.time_stamp_token()

    def _answer(self, request: bytes) -> TimeStampResponse:
        where = urlsplit(self.address)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=self.timeout_seconds)
        fields = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            connection.request("POST", where.path or "/", request, fields)
            answer = connection.getresponse()
            content = answer.read(_MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as trouble:
            raise _NoToken(f"no answer ({type(trouble).__name__})") from None
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK or len(content) > _MOST_BYTES:
            raise _NoToken(f"HTTP status {answer.status}, {len(content)} bytes")
        try:
            return decode_timestamp_response(_with_sorted_certificates(content))
        except (ValueError, IndexError):
            raise _NoToken("an answer that is no time-stamp response") from None

    def _compare_clocks(self, answer: TimeStampResponse) -> None:
        apart = (answer.tst_info.gen_time - self.clock()).total_seconds()
        if abs(apart) > _CLOCKS_DIFFER_SECONDS:
            _LOG.warning("The clock of this machine is %+.0f seconds apart from the time-stamping authority's.", -apart)


def _with_sorted_certificates(answer: bytes) -> bytes:
    """The answer with the certificates it brings in the order of DER, which OpenSSL does not keep and others insist on.

    They are outside of what is signed, and none is changed. Raises ValueError or IndexError for what is no answer.
    """
    _, token = _values(answer, *_values(answer, 0, len(answer))[0][1:])
    _, wrapped = _values(answer, *token[1:])
    (signed,) = _values(answer, *wrapped[1:])
    for tag, begin, end in _values(answer, *signed[1:]):
        if tag == 0xA0:
            starts = [begin, *(end for _, _, end in _values(answer, begin, end))]
            certificates = sorted(answer[start:stop] for start, stop in pairwise(starts))
            return answer[:begin] + b"".join(certificates) + answer[end:]
    return answer


def _values(data: bytes, begin: int, end: int) -> list[tuple[int, int, int]]:
    """Tag, begin and end of the content of each value of DER between two places."""
    found = []
    while begin < end:
        tag, length = data[begin], data[begin + 1]
        begin += 2
        if length > 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[begin : begin + size], "big")
            begin += size
        found.append((tag, begin, begin + length))
        begin += length
    if begin != end:
        raise ValueError("cut off")
    return found


def time_stamping_authority(address: str, ca_file: Path, timeout_seconds: float, clock: Clock) -> TimeStampingAuthority:
    """ca_file: PEM, one or more roots. Raises SettingsInvalid where it holds no certificate."""
    return TimeStampingAuthority(address, tuple(dict.fromkeys(authorities_in(ca_file))), timeout_seconds, clock)
