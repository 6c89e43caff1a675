"""Name constraints of CAs, on seal chains and on callers: kept, or the certificate is refused.

A constraint that cannot be judged here refuses what it might concern. Source: RFC 5280, section
4.2.1.10.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.crypto.callers.judge import CallerJudge
from gateway.crypto.trust import are_subject_mails_allowed, is_path_valid
from gateway.domain.errors import CertificateMissing
from tests.pki import NOW

Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]
DNS, MAIL, DIRECTORY = x509.DNSName, x509.RFC822Name, x509.DirectoryName


def name(common_name: str, country: str = "MZ", mail: str | None = None) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, country),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    if mail:
        attributes.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, mail))
    return x509.Name(attributes)


def made(
    subject: x509.Name,
    issuer: Pair | None = None,
    *extensions: x509.ExtensionType,
    is_ca: bool = False,
) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, isinstance(extension, x509.NameConstraints))
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def permitted(*names: x509.GeneralName) -> x509.NameConstraints:
    return x509.NameConstraints(list(names), None)


def excluded(*names: x509.GeneralName) -> x509.NameConstraints:
    return x509.NameConstraints(None, list(names))


MZ = DIRECTORY(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "MZ")]))
X400 = x509.UnrecognizedExtension(x509.NameConstraints.oid, bytes.fromhex("3006a0043002a300"))
"""Constraints on X.400 addresses, which cryptography does not read."""
Case = tuple[x509.NameConstraints, x509.Name, Sequence[x509.GeneralName], bool]
CASES: dict[str, Case] = {
    "host below": (permitted(DNS("a.mz")), name("x"), [DNS("c.a.mz")], True),
    "host elsewhere": (permitted(DNS("a.mz")), name("x"), [DNS("b.za")], False),
    "host excluded": (excluded(DNS("a.mz")), name("x"), [DNS("c.a.mz")], False),
    "no host": (permitted(DNS("a.mz")), name("x"), [], True),
    "another country": (permitted(MZ), name("x", "ZA"), [], False),
    "excluded country": (excluded(MZ), name("x"), [], False),
    "another country as further name": (
        permitted(MZ), name("x"), [DIRECTORY(name("y", "ZA"))], False,
    ),
    "mail elsewhere": (permitted(MAIL("a.mz")), name("x"), [MAIL("b@za")], False),
    "mail elsewhere, in the subject": (
        permitted(MAIL("a.mz")), name("x", mail="b@b.za"), [], False,
    ),
    "mail excluded, in the subject": (excluded(MAIL("b.za")), name("x", mail="b@b.za"), [], False),
    "no mail": (permitted(MAIL("a.mz")), name("x"), [], True),
}  # fmt: skip


def certificates(case: Case, above: Pair | None) -> tuple[x509.Certificate, x509.Certificate]:
    """The constrained CA, and the certificate that it issued."""
    constraints, subject, further, _ = case
    authority = made(name("CA"), above, constraints, is_ca=True)
    more = [x509.SubjectAlternativeName(further)] if further else []
    return authority[0], made(subject, authority, *more)[0]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_constraints_of_an_anchor_are_kept(case: Case) -> None:
    authority, certificate = certificates(case, None)
    assert is_path_valid([authority], certificate, [], NOW) is case[3]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_constraints_of_an_intermediate_are_kept(case: Case) -> None:
    root = made(name("root"), is_ca=True)
    authority, certificate = certificates(case, root)
    assert is_path_valid([root[0]], certificate, [authority], NOW) is case[3]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_constraints_of_the_authority_of_callers_are_kept(case: Case, tmp_path: Path) -> None:
    authority, certificate = certificates(case, None)
    file = tmp_path / "ca.pem"
    file.write_bytes(authority.public_bytes(Encoding.PEM))
    judge = CallerJudge(file, [], [], lambda: NOW)
    der = certificate.public_bytes(Encoding.DER)
    if case[3]:
        judge.judge(der)
    else:
        with pytest.raises(CertificateMissing):
            judge.judge(der)


def test_constraints_that_cannot_be_read_refuse_a_mail_address() -> None:
    authority = made(name("CA"), None, X400, is_ca=True)
    with pytest.raises(x509.UnsupportedGeneralNameType):
        authority[0].extensions.get_extension_for_class(x509.NameConstraints)
    plain, with_mail = (made(name("x", mail=mail), authority)[0] for mail in (None, "b@b.za"))
    assert are_subject_mails_allowed([plain, authority[0]])
    assert not are_subject_mails_allowed([with_mail, authority[0]])
