"""Received certificates of a partner: read, described for comparison, and judged by their use."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.callers.certificate import require_client_use, require_in_date
from gateway.crypto.keys.certificates import fingerprint
from gateway.crypto.trust import country_of, is_issued_by
from gateway.crypto.x509_reading import certificate_of_der, certificates_of_pem
from gateway.domain.errors import CertificateMissing
from gateway.exchange.service.partner_check import ShownCertificate

_MOST_CERTIFICATES = 20


def certificates_in(pem: str) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a text in PEM, with every part decoded. Raises ValueError."""
    found = certificates_of_pem(pem.encode("ascii"))
    if len(found) > _MOST_CERTIFICATES:
        raise ValueError("more certificates than a partner has")
    return read_chain([certificate.public_bytes(Encoding.DER) for certificate in found])


def read_chain(chain: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """Return certificates (DER) with every part decoded. Raises ValueError."""
    return tuple(map(certificate_of_der, chain))


def shown(certificate: x509.Certificate) -> ShownCertificate:
    """Return a certificate for display."""
    return ShownCertificate(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        f"{certificate.serial_number:x}",
        _names(certificate),
        fingerprint(certificate.public_bytes(Encoding.DER)),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def described(chain: Sequence[bytes]) -> Sequence[ShownCertificate]:
    """Return certificates (DER) for display. Raises ValueError."""
    return [shown(certificate) for certificate in read_chain(chain)]


def described_files(pem: str) -> Sequence[ShownCertificate]:
    """Return the certificates of a text in PEM for display. Raises ValueError."""
    return [shown(certificate) for certificate in certificates_in(pem)]


def authorities_of(chain: Sequence[bytes]) -> str:
    """Return the CAs of a chain (DER, a server's own certificate first) in PEM.

    A certificate that stands alone and is its own issuer is its own CA. Raises ValueError.
    """
    own, *above = read_chain(chain)
    found = [each for each in above if is_authority(each)]
    if not found and own.subject == own.issuer:
        found = [own]
    return pem_of(found).decode("ascii")


def divided_by_use(pem: str) -> dict[str, str]:
    """Return client certificates (`client`) and CAs (`client_ca`) of a text in PEM, those found.

    A text that cannot be read stays as `client`, to be refused there.
    """
    if not pem:
        return {}
    try:
        found = certificates_in(pem)
    except ValueError:
        return {"client": pem}
    uses = {"client": [each for each in found if not is_authority(each)]}
    uses["client_ca"] = [each for each in found if is_authority(each)]
    return {use: pem_of(each).decode("ascii") for use, each in uses.items() if each}


def pem_of(certificates: Sequence[x509.Certificate]) -> bytes:
    """Return certificates in PEM, one after another, each once."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in dict.fromkeys(certificates))


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it is a certificate of a CA. Source: RFC 5280, section 4.2.1.9."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def why_unfit_to_call(
    certificate: x509.Certificate, country: str, authorities: Sequence[x509.Certificate]
) -> str | None:
    """Return why a client certificate would not be accepted from a partner; None where it would.

    authorities: the CAs that count for it. Its dates are judged apart (`in_date`).
    """
    try:
        require_client_use(certificate)
    except CertificateMissing as refused:
        return refused.text
    named = country_of(certificate)
    if named is not None and named != country:
        return f"It names the country {named}, and the partner acts for {country}."
    if not any(is_issued_by(certificate, authority) for authority in authorities):
        return "Its CA is neither in the file (client_ca) nor in client_ca_file of [server]."
    return None


def in_date(certificate: x509.Certificate, now: datetime) -> str | None:
    """Return why a certificate is out of date; None where it is not. now: aware."""
    try:
        require_in_date(certificate, now)
    except CertificateMissing as refused:
        return refused.text.replace("The client certificate", "It")
    return None


def unfit_authorities(certificates: Sequence[x509.Certificate], now: datetime) -> Iterator[str]:
    """Yield a sentence for each certificate that is not one of a CA, or is out of date.

    now: aware. A certificate that is its own issuer is taken, as a server without CA has one.
    """
    for certificate in certificates:
        name = certificate.subject.rfc4514_string()
        if not is_authority(certificate) and certificate.subject != certificate.issuer:
            yield f"{name} is no certificate of a CA."
        elif problem := in_date(certificate, now):
            yield f"{name}: {problem}"


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = names.get_values_for_type(x509.DNSName)
    addresses = names.get_values_for_type(x509.IPAddress)
    return (*hosts, *map(str, addresses))
