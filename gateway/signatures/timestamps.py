"""When was it there, as somebody else swears? Asks a time-stamping authority (RFC 3161), and verifies what it says.

Only the configured address is asked, and what it is told is a hash. Certificates count as of the moment of the stamp.
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
from gateway.signatures.asking import NoAnswer, answer_of

_LOG = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 10.0
_MOST_BYTES = 1 << 20
_KINDS = ("application/timestamp-query", "application/timestamp-reply")
_CLOCKS_DIFFER_SECONDS = 300


class TimeStamps:
    """The port `StampVerifier`. roots: what the certificates of authorities that we believe lead to."""

    def __init__(self, roots: Sequence[x509.Certificate]) -> None:
        self._roots = list(dict.fromkeys(roots))

    def stamped_at(self, stamp: bytes, statement: bytes) -> datetime:
        """See the port."""
        return self.verified(stamp, statement, None).tst_info.gen_time

    def verified(self, stamp: bytes, statement: bytes, nonce: int | None) -> TimeStampResponse:
        """nonce: of the question, for an answer to one. Raises SignatureInvalid."""
        try:
            answer = decode_timestamp_response(stamp)
            verifier = VerifierBuilder(roots=list(self._roots), nonce=nonce).build()
            verifier.verify_message(answer, statement)
        except Exception as error:  # noqa: BLE001  # whatever bytes of a stranger do to the parsers, they are no stamp
            raise SignatureInvalid(
                f"It is no time-stamp over this by an authority that we believe ({error})."
            ) from None
        return answer


@dataclass(frozen=True, slots=True)
class TimeStampingAuthority:
    """The port `TimeStamper`. address: `http[s]://host[:port]/path`."""

    address: str
    stamps: TimeStamps
    clock: Clock

    def stamp(self, statement: bytes) -> bytes:
        """See the port."""
        try:
            return self._stamp(statement)
        except (NoAnswer, SignatureInvalid) as trouble:
            _LOG.warning("time-stamping authority %s: %s", urlsplit(self.address).netloc, trouble)
            raise ServiceUnavailable("The time-stamping authority gave nothing that counts.") from None

    def _stamp(self, statement: bytes) -> bytes:
        request = (
            TimestampRequestBuilder()
            .data(statement)
            .hash_algorithm(HashAlgorithm.SHA256)
            .cert_request(cert_request=True)
            .build()
        )
        answer = self._answer(request.as_bytes())
        said = self.stamps.verified(answer, statement, request.nonce).tst_info
        apart = (said.gen_time - self.clock()).total_seconds()
        if abs(apart) > _CLOCKS_DIFFER_SECONDS:
            _LOG.warning("The clock of this machine is %+.0f seconds apart from the time-stamping authority's.", -apart)
        return answer

    def _answer(self, question: bytes) -> bytes:
        answer = answer_of(self.address, question, _KINDS, _TIMEOUT_SECONDS, _MOST_BYTES)
        try:
            return _with_sorted_certificates(answer)
        except (ValueError, IndexError):
            raise NoAnswer("an answer that is no time-stamp") from None


def _with_sorted_certificates(answer: bytes) -> bytes:
    """The answer with the certificates it brings in the order of DER, which OpenSSL does not keep and others insist on.

    They are outside of what is signed, and none is changed. Raises ValueError or IndexError for what is no answer.
    """
    _, token = _values(answer, *_values(answer, 0, len(answer))[0][1:])
    _, wrapped = _values(answer, *token[1:])
    (signed,) = _values(answer, *wrapped[1:])
    for tag, begin, end in _values(answer, *signed[1:]):
        if tag == _CERTIFICATES:
            starts = [begin, *(stop for _, _, stop in _values(answer, begin, end))]
            return answer[:begin] + b"".join(sorted(answer[a:b] for a, b in pairwise(starts))) + answer[end:]
    return answer


_CERTIFICATES = 0xA0


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
