"""What do we ask a national CA to certify? A PKCS #10 request (RFC 2986) that names us and what the key is for."""

import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.signatures.key_purposes import USES, Purpose
from gateway.signatures.policy import PrivateKey

_LONGEST_NAME = 64
"""Characters of an organisation or common name: RFC 5280, appendix A.1."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """country: two letters.  code, name: of the Management Authority.  host: name or address partners reach us at."""

    country: str
    code: str
    name: str
    host: str

    def subject(self, purpose: Purpose) -> x509.Name:
        """C, O and CN; a name too long for a certificate gives way to the authority's code."""
        organisation = self.name if len(self.name) <= _LONGEST_NAME else self.code
        common = {
            Purpose.SEAL: f"{self.code} CITES permit seal",
            Purpose.MESSAGE: f"{self.code} EPIX messages",
        }.get(purpose, self.host if len(self.host) <= _LONGEST_NAME else self.code)
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, self.country),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )


def request(purpose: Purpose, applicant: Applicant, key: PrivateKey) -> bytes:
    """The request, PEM, signed with the key it is for."""
    uses = USES[purpose]
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(applicant.subject(purpose))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(uses.key_usage, critical=True)
    )
    if uses.extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage([uses.extended]), critical=False)
    if purpose in (Purpose.SERVER, Purpose.CLIENT):
        builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(applicant.host)]), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
