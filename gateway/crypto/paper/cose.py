"""COSE_Sign1 of a permit code: ES256 over the statement, in CBOR and compressed with zlib.

    [ h'A20126044{8 bytes: key id}', {}, h'{zlib of the statement}', h'{64 bytes: r, s}' ]

No tag, nothing unprotected. The signature covers the compressed bytes, so that a stranger's bytes
are neither decompressed nor read, and every byte of a code is covered: the frame must be encoded
as RFC 8949 (section 4.2.1) has it, and s must be in the lower half, as ECDSA would take n - s too.
So there is one code for one signature.

cbor2 encodes and decodes; the signature is made by `cryptography`, which reaches keys in PKCS #11
tokens as well. Libraries for COSE as a whole take key material only.
Source: RFC 9052, sections 4.2 and 4.4; RFC 9053, section 2.1; RFC 8949, section 4.2.1.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from gateway.crypto.policy import is_p256
from gateway.domain.errors import KeyUnusable, SignatureInvalid
from gateway.domain.paper.boxes import ValueUnexpected
from gateway.domain.paper.statement import PaperStatement

KEY_ID_BYTES = 8
_ALGORITHM, _KEY_ID, _ES256 = 1, 4, -7
_HALF_BYTES = 32
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256. Source: FIPS 186-4, appendix D.1.2.3."""
_MOST_CODE_BYTES = 4096
_MOST_STATEMENT_BYTES = 64 * 1024


def key_id(certificate: bytes) -> bytes:
    """The id of a key: the first bytes of the SHA-256 of its certificate (DER)."""
    return sha256(certificate).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class ReceivedCode:
    """A code as it came, of the accepted form; its signature is not verified yet."""

    key_id: bytes
    protected: bytes
    payload: bytes
    signature: bytes

    def statement(self, public_key: bytes) -> PaperStatement:
        """Return the statement of the code, once its signature is verified.

        public_key: SubjectPublicKeyInfo, DER, of the key with this id; on P-256.
        Raises SignatureInvalid, LaterVersion.
        """
        key = load_der_public_key(public_key)
        if not isinstance(key, ec.EllipticCurvePublicKey) or not is_p256(key):
            raise SignatureInvalid("The key of this code is not on P-256.")
        try:
            key.verify(_der(self.signature), _to_be_signed(self), ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            raise SignatureInvalid("The signature does not fit the code.") from None
        return _statement(self.payload)


class CoseCodec:
    """The port `PaperCodec`."""

    def open(self, code: bytes) -> ReceivedCode:
        """See the port."""
        try:
            frame: Any = _decoded(code, _MOST_CODE_BYTES)
            if cbor2.dumps(frame, canonical=True) != code:
                raise ValueError("encoded in another way")
            protected, unprotected, payload, signature = frame
            header: Any = _decoded(protected, _MOST_CODE_BYTES)
            identity = header[_KEY_ID]
            if unprotected != {} or header != {_ALGORITHM: _ES256, _KEY_ID: identity}:
                raise ValueError("another header")
            if cbor2.dumps(header, canonical=True) != protected:
                raise ValueError("encoded in another way")
            if not isinstance(payload, bytes) or len(identity) != KEY_ID_BYTES:
                raise ValueError("another frame")
            _der(signature)
        except (cbor2.CBORError, ValueError, TypeError, KeyError, RecursionError):
            raise SignatureInvalid("The code has not the form of a signed permit.") from None
        return ReceivedCode(identity, protected, payload, signature)

    def lines_digest(self, statement: PaperStatement) -> bytes:
        """See the port."""
        lines = [dict(line) for line in statement.lines]
        return sha256(cbor2.dumps(lines, canonical=True)).digest()


class PaperSigner:
    """The port `PaperSigner`. chain: our paper certificate, then those above it."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, chain: Sequence[x509.Certificate]) -> None:
        self._key = key
        self.certificate = chain[0]
        self._key_id = key_id(chain[0].public_bytes(Encoding.DER))

    @property
    def valid_until(self) -> datetime:
        """See the port."""
        return self.certificate.not_valid_after_utc

    def sign(self, statement: PaperStatement) -> bytes:
        """See the port."""
        at, certificate = statement.signed_at, self.certificate
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise KeyUnusable(
                f"The paper certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d}"
                f" to {certificate.not_valid_after_utc:%Y-%m-%d}; no permit code can be signed now."
            )
        protected = cbor2.dumps({_ALGORITHM: _ES256, _KEY_ID: self._key_id}, canonical=True)
        payload = zlib.compress(cbor2.dumps(statement.plain(), canonical=True), 9)
        unsigned = ReceivedCode(self._key_id, protected, payload, b"")
        r, s = decode_dss_signature(self._key.sign(_to_be_signed(unsigned), ec.ECDSA(SHA256())))
        signature = r.to_bytes(_HALF_BYTES) + min(s, _ORDER - s).to_bytes(_HALF_BYTES)
        return cbor2.dumps([protected, {}, payload, signature], canonical=True)


def _to_be_signed(code: ReceivedCode) -> bytes:
    """Sig_structure. Source: RFC 9052, section 4.4."""
    return cbor2.dumps(["Signature1", code.protected, b"", code.payload], canonical=True)


def _der(signature: object) -> bytes:
    """The signature as `cryptography` takes it. Raises ValueError."""
    if not isinstance(signature, bytes) or len(signature) != 2 * _HALF_BYTES:
        raise ValueError("no ES256 signature")
    r, s = (int.from_bytes(signature[at : at + _HALF_BYTES]) for at in (0, _HALF_BYTES))
    if not (0 < r < _ORDER and 0 < s <= _ORDER // 2):
        raise ValueError("no ES256 signature in the lower half")
    return encode_dss_signature(r, s)


def _statement(payload: bytes) -> PaperStatement:
    """Raises SignatureInvalid, LaterVersion. Only signed bytes come here."""
    try:
        inflate = zlib.decompressobj()
        text = inflate.decompress(payload, _MOST_STATEMENT_BYTES)
        if not inflate.eof or inflate.unused_data or inflate.unconsumed_tail:
            raise ValueError("not one stream of a bounded size")
        return PaperStatement.parse(_decoded(text, _MOST_STATEMENT_BYTES))
    except (zlib.error, cbor2.CBORError, ValueUnexpected, ValueError, RecursionError):
        raise SignatureInvalid("The code was signed, and cannot be read.") from None


def _decoded(data: object, most: int) -> object:
    """Decode a data item with nothing after it. Raises ValueError, cbor2.CBORError."""
    if not isinstance(data, bytes) or len(data) > most:
        raise ValueError("too long")
    stream = BytesIO(data)
    item = cbor2.load(stream)
    if stream.tell() != len(data):
        raise ValueError("something after the end")
    return item
