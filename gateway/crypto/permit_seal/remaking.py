"""Remaking of permit seals with throw-away keys, for documents whose content was replaced.

The new seal says what the former one said: it holds where that held, and is broken where that was
broken. Its signer is of the same country, under a development CA, so that no one takes it for real.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gateway.crypto.keys.development import DevelopmentCa, KeyPair
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.crypto.permit_seal.structure import read_structure
from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.crypto.trust import country_of
from gateway.crypto.x509_reading import certificate_of_pem
from gateway.domain.errors import TrustRefused
from gateway.domain.verdict import SealStatus
from gateway.exchange.ports import Clock

_LIFETIME = timedelta(days=3650)
"""Recordings stay in a version control system for years."""
_UNKNOWN_COUNTRY = "XX"
_SIGNATURE_VALUE = re.compile(rb"(SignatureValue[^>]*>\s*)(.)")


class SealRemaking:
    """Makes seals again, under a single CA, with a sealing key for each country that it meets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ca = DevelopmentCa(lifetime=_LIFETIME)
        self._pairs: dict[str, KeyPair] = {}
        self._made: dict[bytes, bytes] = {}
        self._verifier = PermitSealVerifier((), None, clock)

    def remade(self, before: bytes, seal: bytes, after: bytes) -> bytes:
        """A seal for the document `after`, of the same worth as `seal` has for `before`.

        The same seal of the same document is made once, so that both answers stay the same.
        """
        key = sha256(b"".join(sha256(part).digest() for part in (before, seal, after))).digest()
        if key not in self._made:
            self._made[key] = self._remade(before, seal, after)
        return self._made[key]

    def _remade(self, before: bytes, seal: bytes, after: bytes) -> bytes:
        made = self._sealer(_country(seal)).seal(after)
        verdict = self._verifier.judge(before, (seal,)).verdict
        if verdict.at_issue is not SealStatus.SEALED_BROKEN:
            return made
        return _SIGNATURE_VALUE.sub(
            lambda found: found[1] + (b"B" if found[2] == b"A" else b"A"), made, count=1
        )

    @property
    def keys(self) -> Mapping[str, bytes]:
        """PEM files of the CA's certificate and of each sealing key, by file name."""
        files = {"ca.pem": self._ca.certificate} if self._pairs else {}
        for country, pair in self._pairs.items():
            files[f"seal-{country}.pem"] = pair.certificate
            files[f"seal-{country}.key.pem"] = pair.key
        return files

    def _sealer(self, country: str) -> PermitSealer:
        if country not in self._pairs:
            self._pairs[country] = self._ca.seal(country)
        pair = self._pairs[country]
        key = load_pem_private_key(pair.key, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the development CA makes keys of EC P-256")
        return PermitSealer(key, (certificate_of_pem(pair.certificate),), self._clock)


def _country(seal: bytes) -> str:
    """Country of the signer that a seal names; `XX` where it cannot be read."""
    try:
        country = country_of(read_structure(seal).certificates[0])
    except TrustRefused:
        return _UNKNOWN_COUNTRY
    return country if country and re.fullmatch("[A-Z]{2}", country) else _UNKNOWN_COUNTRY
