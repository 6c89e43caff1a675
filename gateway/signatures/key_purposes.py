"""What is a key for? Four purposes, each with the uses its certificate must allow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning, RFC 9336."""


class Purpose(StrEnum):
    """Also the folder of its keys: keys/server, keys/client and so on."""

    SERVER = "server"
    """TLS towards partners that ask us."""
    CLIENT = "client"
    """TLS towards partners we ask."""
    SEAL = "seal"
    """Signature over permits."""
    MESSAGE = "message"
    """WS-Security signature over messages."""


@dataclass(frozen=True, slots=True)
class Uses:
    """extended: asked for in a request.  lasting: also that of signatures that are to be believed years from now."""

    extended: x509.ObjectIdentifier | None
    lasting: bool = False

    @property
    def key_usage(self) -> x509.KeyUsage:
        """What a request asks for."""
        return x509.KeyUsage(
            digital_signature=True, content_commitment=self.lasting, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip


USES = {
    Purpose.SERVER: Uses(ExtendedKeyUsageOID.SERVER_AUTH),
    Purpose.CLIENT: Uses(ExtendedKeyUsageOID.CLIENT_AUTH),
    Purpose.SEAL: Uses(_DOCUMENT_SIGNING, lasting=True),
    Purpose.MESSAGE: Uses(None),
}

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)
_TLS = frozenset({ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH})


def why_unfit(purpose: Purpose, certificate: x509.Certificate) -> str | None:
    """Why a certificate does not do for a purpose, as the end of a sentence that begins with it; None where it does.

    TLS: the extended use must be there (RFC 5280, 4.2.1.12). A seal must not be for TLS alone. A message may be signed
    with any certificate that allows signatures.
    """
    usage = _extension(certificate, x509.KeyUsage)
    if usage is None and purpose is Purpose.SEAL:
        return "does not say that its key may sign (key usage is missing)"
    if usage is not None and not (usage.digital_signature or (usage.content_commitment and purpose is Purpose.SEAL)):
        return "does not allow signatures (key usage)"
    extended = frozenset(_extension(certificate, x509.ExtendedKeyUsage) or ())
    wanted = USES[purpose].extended
    if purpose in (Purpose.SERVER, Purpose.CLIENT):
        if wanted not in extended:
            return f"is not one for a TLS {purpose} (extended key usage)"
    elif purpose is Purpose.SEAL and extended and extended <= _TLS:
        return "is one for TLS alone, not for signing documents (extended key usage)"
    return None


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
