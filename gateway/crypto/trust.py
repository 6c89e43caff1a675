"""Certification path validation (RFC 5280, section 6): from a certificate to a configured anchor.

The policy is wider than that of browsers (CA/Browser Forum), which `cryptography` applies by
default. National CAs are older than those rules and issue certificates for signing documents, which
the rules do not know. So only that is required which makes a CA a CA: basic constraints with
cA=TRUE, and keyCertSign where the CA states a key usage.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

_MAX_PATH_LENGTH = 4
"""Certificates between signer and anchor."""


def country_of(certificate: x509.Certificate) -> str | None:
    """C of the subject; None where the subject has none, or several."""
    countries = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    return str(countries[0].value) if len(countries) == 1 else None


def is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the authority's key signed the certificate, and the names agree."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_path_valid(
    anchors: Sequence[x509.Certificate],
    certificate: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    at: datetime,
) -> bool:
    """Whether there is a `certification_path`."""
    return bool(certification_path(anchors, certificate, intermediates, at))


def certification_path(
    anchors: Sequence[x509.Certificate],
    certificate: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """The path from a certificate to an anchor, both included, each in date at a moment.

    anchors: CAs, or end-entity certificates where an authority names its signers one by one.
    intermediates: untrusted; they only help to find a path.  at: aware.
    Empty where there is no path.
    """
    if not anchors or not _is_in_calendar(at):
        return ()
    verifier = (
        PolicyBuilder()
        .store(Store(list(anchors)))
        .time(at)
        .max_chain_depth(_MAX_PATH_LENGTH)
        .extension_policies(ee_policy=ExtensionPolicy.permit_all(), ca_policy=CA_POLICY)
        .build_client_verifier()
    )
    try:
        path = tuple(verifier.verify(certificate, list(intermediates)).chain)
    except VerificationError:
        return ()
    return path if are_subject_mails_allowed(path) else ()


def _is_in_calendar(at: datetime) -> bool:
    """Whether a moment, which a signer may have written, has a year from 1 to 9999 in UTC."""
    try:
        return bool(at.astimezone(UTC))
    except OverflowError:
        return False


def are_subject_mails_allowed(path: Sequence[x509.Certificate]) -> bool:
    """Whether no name constraint on mail addresses meets a mail address in a subject.

    path: from the certificate to its anchor, as `cryptography` has verified it. It applies name
    constraints to the further names of a certificate, and refuses kinds of names that it cannot
    judge. It leaves out the mail address in a subject, to which they apply as well; here such a
    path is refused.
    Source: RFC 5280, section 4.2.1.10.
    """
    is_mail_below = False
    for certificate in path:
        if is_mail_below and _constrains_mail(certificate):
            return False
        if certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
            is_mail_below = True
    return True


def _constrains_mail(authority: x509.Certificate) -> bool:
    try:
        constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return True  # What cannot be read may be a constraint.
    names = (*(constraints.permitted_subtrees or ()), *(constraints.excluded_subtrees or ()))
    return any(isinstance(name, x509.RFC822Name) for name in names)


def _require_ca(
    _policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints
) -> None:
    if not constraints.ca:
        raise ValueError("not a CA")


def _require_certificate_signing(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None
) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("a CA that may not sign certificates")


CA_POLICY = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _require_ca)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _require_certificate_signing)
)
"""The extensions that make a certificate one of a CA: RFC 5280, sections 4.2.1.3 and 4.2.1.9."""
