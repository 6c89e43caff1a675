"""Detached CMS signature (RFC 5652) of the sealing key over a file, for `openssl cms -verify`."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7Options,
    PKCS7SignatureBuilder,
)

from gateway.crypto.permit_seal.sign import PermitSealer


def cms_signature(sealer: PermitSealer, content: bytes) -> bytes:
    """The signature (DER) over the bytes as they are, with our certificate and those above it."""
    builder = (
        PKCS7SignatureBuilder().set_data(content).add_signer(sealer.chain[0], sealer.key, SHA256())
    )
    for certificate in sealer.chain[1:]:
        builder = builder.add_certificate(certificate)
    return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
