"""Who may sign for a country? A way from the signer's certificate to the country's anchors, at a given moment."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

_LONGEST_WAY = 4
"""Certificates between signer and anchor."""
_TLS_ONLY = frozenset({ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH})


def may_seal(certificate: x509.Certificate) -> bool:
    """Whether its uses allow signatures over documents; a certificate for TLS alone does not."""
    extensions = certificate.extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    try:
        purposes = frozenset(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = frozenset()
    return (usage.digital_signature or usage.content_commitment) and not (purposes and purposes <= _TLS_ONLY)


def country_of(certificate: x509.Certificate) -> str | None:
    """C of its subject; None where it names none, or several."""
    named = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    return str(named[0].value) if len(named) == 1 else None


def leads_to(
    anchors: Sequence[x509.Certificate], signer: x509.Certificate, between: Sequence[x509.Certificate], at: datetime
) -> bool:
    """Whether a chain of certificates, all in date at that moment, leads from the signer to an anchor.

    anchors: CAs, or the signers' own certificates where an authority names them one by one.  at: aware.
    """
    if not anchors:
        return False
    every = ExtensionPolicy.permit_all()
    authorities = every.require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_authority).may_be_present(
        x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates
    )
    verifier = (
        PolicyBuilder()
        .store(Store(list(anchors)))
        .time(at)
        .max_chain_depth(_LONGEST_WAY)
        .extension_policies(ee_policy=every, ca_policy=authorities)
        .build_client_verifier()
    )
    try:
        verifier.verify(signer, list(between))
    except VerificationError:
        return False
    return True


def _is_authority(_policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("not a CA")


def _signs_certificates(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("a CA that may not sign certificates")
