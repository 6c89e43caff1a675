"""Key usage: the purposes of a key, and the one rule which certificate may serve which purpose.

    purpose         key usage                                            extended key usage
    server, client  digitalSignature, if the extension is present        serverAuth, clientAuth
    seal            digitalSignature or nonRepudiation; must be present  any, but not TLS alone
    message         digitalSignature or nonRepudiation, if present       any
    paper           as seal; the key is on EC P-256                      as seal

The rule holds for our own certificates and for those of partners that sign permits (seals) and
messages (WS-Security). Heads of the journal are signed with the key of `seal`. Client certificates
of callers are judged in `callers/certificate.py`.

* nonRepudiation, named contentCommitment since X.509 of 2005, is the use of signatures over
  documents. Many qualified seal certificates state it alone, as ETSI EN 319 412-2 (type A)
  recommends; they may sign messages as well. A TLS handshake is not a document: RFC 8446,
  section 4.4.2, requires digitalSignature.
* A certificate without key usage is not restricted by RFC 5280. It may sign messages, which count
  for minutes. A seal is evidence for years, so its certificate must say that its key may sign.
* Many partners sign messages with their TLS certificate. A seal with it is refused: the holder of
  a web server's key is not the authority that issues permits.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.domain.people.sentence import Sentence

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning, RFC 9336."""


class Purpose(StrEnum):
    """The value is also the name of the folder of its keys: keys/server, keys/client and so on."""

    SERVER = "server"
    """TLS towards partners that call us."""
    CLIENT = "client"
    """TLS towards partners that we call."""
    SEAL = "seal"
    """Signature over permits, and over heads of the journal."""
    MESSAGE = "message"
    """WS-Security signature over messages."""
    PAPER = "paper"
    """Signature in the QR code of a printed permit."""

    @property
    def signs_documents(self) -> bool:
        """Whether its signatures are evidence for months and years."""
        return self in (Purpose.SEAL, Purpose.PAPER)

    @property
    def is_tls(self) -> bool:
        """Whether the key is used in TLS handshakes alone."""
        return self in (Purpose.SERVER, Purpose.CLIENT)


@dataclass(frozen=True, slots=True)
class RequestedUses:
    """The uses that a certificate request asks for.

    extended: extended key usage, None for none.  non_repudiation: asked for beside
    digitalSignature.
    """

    extended: x509.ObjectIdentifier | None
    non_repudiation: bool = False

    @property
    def key_usage(self) -> x509.KeyUsage:
        """The key usage extension of the request."""
        return x509.KeyUsage(
            digital_signature=True,
            content_commitment=self.non_repudiation,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )


USES = {
    Purpose.SERVER: Sentence("server"),
    Purpose.CLIENT: Sentence("client"),
    Purpose.SEAL: Sentence("seal"),
    Purpose.MESSAGE: Sentence("message"),
    Purpose.PAPER: Sentence("paper"),
}
"""The values as sentences of the catalogues."""

REQUESTED_USES = {
    Purpose.SERVER: RequestedUses(ExtendedKeyUsageOID.SERVER_AUTH),
    Purpose.CLIENT: RequestedUses(ExtendedKeyUsageOID.CLIENT_AUTH),
    Purpose.SEAL: RequestedUses(DOCUMENT_SIGNING, non_repudiation=True),
    Purpose.MESSAGE: RequestedUses(None),
    Purpose.PAPER: RequestedUses(DOCUMENT_SIGNING, non_repudiation=True),
}

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)
_TLS_USES = frozenset({ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH})


def why_unfit(purpose: Purpose, certificate: x509.Certificate) -> str | None:
    """Why a certificate may not serve a purpose; None where it may.

    The text is the end of a sentence that begins with the certificate.
    Source: RFC 5280, sections 4.2.1.3 and 4.2.1.12; the table in the docstring of this module.
    """
    usage = _extension(certificate, x509.KeyUsage)
    if usage is None and purpose.signs_documents:
        return "does not say that its key may sign (key usage is missing)"
    if usage is not None and not _allows_signatures(purpose, usage):
        return "does not allow signatures (key usage)"
    extended = frozenset(_extension(certificate, x509.ExtendedKeyUsage) or ())
    if purpose.is_tls and REQUESTED_USES[purpose].extended not in extended:
        return f"is not one for a TLS {purpose} (extended key usage)"
    if purpose.signs_documents and extended and extended <= _TLS_USES:
        return "is one for TLS alone, not for signing documents (extended key usage)"
    return None


def _allows_signatures(purpose: Purpose, usage: x509.KeyUsage) -> bool:
    return usage.digital_signature or (usage.content_commitment and not purpose.is_tls)


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
