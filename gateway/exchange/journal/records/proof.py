"""Proof of an audit record: the signature that is stored with it.

Whoever can write the database can insert a row, and the gateway would seal it with the others. So
an audit record that is relied on is signed by itself: the answer of its exchange is the signature.
"""

import json
from base64 import b64decode, b64encode
from datetime import datetime

from gateway.domain.errors import SignerNotTrusted
from gateway.exchange.canonical_json import parse_json
from gateway.exchange.ports import Exchange, HeadSigner, HeadVerifier


def proof_of(signer: HeadSigner, purpose: bytes, message: bytes) -> bytes:
    """Return signature and certificates of a message. purpose: its prefix. Raises KeyUnusable."""
    seal = {
        "signature": b64encode(signer.sign(purpose + message)).decode(),
        "certificates": signer.certificates.decode(),
    }
    return json.dumps(seal).encode()


def require_signed(
    record: Exchange, purpose: bytes, verifier: HeadVerifier, at: datetime | None
) -> bytes:
    """Require that a record is signed by a key of ours; return its certificates, PEM.

    at: the certificate must have been valid then; None: at any time.
    Raises ValueError where there is no signature, TrustRefused where it does not hold.
    """
    try:
        seal = parse_json(record.answer)
        signature = b64decode(seal["signature"], validate=True)
        certificates: bytes = seal["certificates"].encode()
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a signature") from error
    name = verifier.signer(purpose + record.request, signature, certificates, at)
    require_before_revocation(record, verifier.revoked_at(certificates), name)
    return certificates


def require_before_revocation(record: Exchange, revoked: datetime | None, name: str) -> None:
    """Require that a record is older than the revocation of its certificate, where there is one.

    name: of its signer.  Raises SignerNotTrusted.
    """
    if revoked is not None and record.began_at >= revoked:
        raise SignerNotTrusted(f"The certificate of {name} was revoked before that.")
