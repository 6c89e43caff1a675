"""Signers of key lists: a partner's, vouched for by its seal anchors; ours, for the check page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.journal_seal.heads import PartnerHeadVerifier
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.permit_seal.revocation import revocation_of
from gateway.crypto.trust import certification_path
from gateway.crypto.x509_reading import certificates_of_pem
from gateway.domain.errors import SignerNotTrusted
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.verdict import SealStatus
from gateway.exchange.ports import Clock

_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
"""Names of X9.62 -> those of Web Crypto."""


def signer_key(certificates: bytes) -> tuple[str, bytes]:
    """Return the key of who signs, as a browser takes it: `P-256` (or another curve), or `RSA`.

    certificates: of the signer first, PEM.  The key is a SubjectPublicKeyInfo, DER.
    """
    key = certificates_of_pem(certificates)[0].public_key()
    kind = _CURVES[key.curve.name] if isinstance(key, ec.EllipticCurvePublicKey) else "RSA"
    return kind, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class KeyListVerifier:
    """The port `StatementVerifier`, for key lists of a partner.

    anchors: CAs of its country's sealing certificates, or these certificates themselves.
    country: the signer must be of it.  revocation_lists: of these CAs; None: none is known.
    """

    anchors: Sequence[x509.Certificate]
    country: IsoCountryCode
    revocation_lists: RevocationLists | None
    clock: Clock

    def signer(self, message: bytes, signature: bytes, certificates: bytes, at: datetime) -> str:
        """See the port."""
        unfit = partial(why_unfit, Purpose.SEAL)
        heads = PartnerHeadVerifier(self.anchors, self.country, unfit)
        name = heads.signer(message, signature, certificates, at)
        if self.revocation_lists is not None:
            signer, *others = certificates_of_pem(certificates)
            path = certification_path(self.anchors, signer, others, at)
            known = (*others, *self.anchors)
            found = revocation_of(path, known, self.revocation_lists, at, self.clock())
            if found and found.at_issue is not SealStatus.SEALED_VALID:
                raise SignerNotTrusted(f"It is signed by {name}. {found.reason}")
        return name
