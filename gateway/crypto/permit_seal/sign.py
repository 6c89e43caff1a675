"""Sealing permits: a detached XAdES signature over the permit element, in a document of its own.

The permit schemas have no place for a signature, so the seal stands beside the permit.
Canonicalisation is exclusive. With signxml's default (inclusive) the permit would no longer verify
once it sits in a SOAP Body, because the namespaces of the envelope would enter the digest.

Source: docs/permit-seal.md; ETSI EN 319 132-1, baseline B.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from lxml import etree

from gateway.crypto import policy
from gateway.crypto.keys.checks import fits
from gateway.crypto.keys.files import load_chain, load_private_key
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.permit_seal.template import seal_template
from gateway.domain.errors import KeyUnusable
from gateway.exchange.ports import Clock
from gateway.wire.xml_parser import hardened_parser, has_doctype


@dataclass(frozen=True, slots=True)
class PermitSealer:
    """Implements exchange.ports.Sealer. Safe to share between threads.

    key: a key object, never PEM: signxml parses a PEM key at every signature, which makes signing
    about 20 times slower. An object also serves for a key in a hardware token, which has no PEM.
    chain: our sealing certificate, then the CA certificates above it.
    """

    key: policy.PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]
    clock: Clock

    @property
    def signer(self) -> str:
        """Subject of our sealing certificate, as RFC 4514 writes it."""
        return self.chain[0].subject.rfc4514_string()

    def seal(self, document: bytes) -> bytes:
        """See the port."""
        now = self.clock()
        self._require_in_date(now)
        permit = etree.fromstring(document, hardened_parser(keep_comments=True, collect_ids=True))
        if has_doctype(permit):
            raise ValueError("A document with a DOCTYPE is not sealed.")
        signature, digest = policy.algorithms_for(self.key)
        seal = seal_template(self.chain, signature, digest).signed(permit, now, self.key)
        return etree.tostring(seal, encoding="UTF-8", xml_declaration=True)

    def _require_in_date(self, now: datetime) -> None:
        certificate = self.chain[0]
        if now < certificate.not_valid_before_utc:
            begin = certificate.not_valid_before_utc.date()
            raise KeyUnusable(
                f"The sealing certificate is valid from {begin} only; no permit can be sealed"
                " before."
            )
        if now > certificate.not_valid_after_utc:
            end = certificate.not_valid_after_utc.date()
            raise KeyUnusable(
                f"The sealing certificate ended on {end}; no permit can be sealed until there is a"
                " new one."
            )


def open_sealer(
    certificate_file: Path, key_file: Path, passphrase_file: Path | None, clock: Clock
) -> PermitSealer:
    """The sealer with the configured key and certificate.

    certificate_file: our sealing certificate with its chain, PEM.
    key_file: PEM, or a PKCS #11 URI.
    passphrase_file: passphrase of the key, or PIN of the token.
    Raises KeyUnusable naming the file: unreadable, wrong passphrase, not a pair, a key or key usage
    that is not accepted.
    """
    chain = load_chain(certificate_file)
    key = load_private_key(key_file, passphrase_file)
    if not fits(key, chain[0]):
        raise KeyUnusable(
            f"{key_file} is not the key to the first certificate of {certificate_file}. Name a pair"
            " in [seal] of conf/gateway.toml."
        )
    if why_unfit(Purpose.SEAL, chain[0]):
        raise KeyUnusable(
            f"The key usage of {certificate_file} does not allow signing documents. Ask the CA for"
            " a certificate with digitalSignature or nonRepudiation, and not for TLS alone."
        )
    return PermitSealer(key, chain, clock)
