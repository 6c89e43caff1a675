"""Certificate signing requests (CSR, PKCS #10, RFC 2986) to a national CA.

A request names our authority and the purpose of the key.
"""

import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.crypto.keys.purposes import REQUESTED_USES, Purpose
from gateway.crypto.policy import PrivateKey

_MAX_NAME = 64
"""Characters of an organisation or common name: RFC 5280, appendix A.1."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """The authority that applies for a certificate.

    country: ISO 3166-1 alpha-2.  code, name: of the Management Authority.
    host: DNS name or IP address at which partners reach us.
    """

    country: str
    code: str
    name: str
    host: str

    def subject(self, purpose: Purpose) -> x509.Name:
        """C, O and CN. The code stands in for a name that is too long for a certificate."""
        organisation = self.name if len(self.name) <= _MAX_NAME else self.code
        common = {
            Purpose.SEAL: f"{self.code} CITES permit seal",
            Purpose.MESSAGE: f"{self.code} EPIX messages",
            Purpose.PAPER: f"{self.code} CITES paper key",
        }.get(purpose, self.host if len(self.host) <= _MAX_NAME else self.code)
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, self.country),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )


def request(purpose: Purpose, applicant: Applicant, key: PrivateKey) -> bytes:
    """The request (PEM), signed with the key to be certified as proof of possession."""
    uses = REQUESTED_USES[purpose]
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(applicant.subject(purpose))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(uses.key_usage, critical=True)
    )
    if uses.extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage([uses.extended]), critical=False)
    if purpose.is_tls:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_alternative(applicant.host)]), critical=False
        )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
