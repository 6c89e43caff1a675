"""A key that lies in a token signs like any other, and never leaves it. Tried with SoftHSM."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from gateway.crypto.keys.csr import Applicant, request
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.files import load_private_key
from gateway.crypto.keys.pkcs11 import TokenEcKey, TokenRsaKey, is_in_token
from gateway.crypto.keys.purposes import Purpose
from gateway.crypto.paper.keys import open_signer
from gateway.crypto.permit_seal.sign import open_sealer
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.paper.statement import PaperStatement
from gateway.domain.verdict import SealStatus
from tests.builders import a_permit
from tests.crypto.paper.papers import ANAC, CODEC
from tests.programs import program, unavailable

pytestmark = pytest.mark.slow

MODULE = next((path for path in Path("/usr/lib").glob("**/softhsm/libsofthsm2.so")), None)
PIN, SO_PIN = "1234-pin", "5678-so-pin"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token with an EC and an RSA key; gives the URI up to the key's name."""
    if MODULE is None:
        unavailable("SoftHSM is not installed (Debian: softhsm2)")
    utility = program("softhsm2-util", "softhsm2")
    pkcs11 = pytest.importorskip("pkcs11", reason="the optional group pkcs11 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(
        folder / "softhsm2.conf"
    )  # the library reads it in this process
    subprocess.run(
        [
            utility,
            "--init-token",
            "--free",
            "--label",
            "epix",
            "--pin",
            PIN,
            "--so-pin",
            SO_PIN,
        ],
        check=True,
        capture_output=True,
    )
    lib = pkcs11.lib(str(MODULE))
    from pkcs11.util.ec import encode_named_curve_parameters

    with lib.get_token(token_label="epix").open(user_pin=PIN, rw=True) as session:
        for label, curve in (("seal", "secp256r1"), ("seal384", "secp384r1")):
            parameters = session.create_domain_parameters(
                pkcs11.KeyType.EC,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)},
                local=True,
            )
            parameters.generate_keypair(label=label, id=label.encode(), store=True)
        session.generate_keypair(pkcs11.KeyType.RSA, 3072, label="rsa", store=True)
        session.generate_keypair(pkcs11.KeyType.RSA, 2048, label="short", store=True)
    yield f"pkcs11:token=epix;%s?module-path={MODULE}"
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def secret(path: Path, content: str) -> Path:
    path.write_text(content)
    path.chmod(0o600)
    return path


@pytest.fixture
def pin(tmp_path: Path) -> Path:
    return secret(tmp_path / "pin", PIN)


def key_of(uri: str, tmp_path: Path, pin: Path | None):
    return load_private_key(secret(tmp_path / "key.pem", uri + "\n"), pin)


@pytest.mark.parametrize("name", ["object=seal", "id=%73eal", "object=seal384"])
def test_an_ec_key_in_a_token_signs_what_its_public_key_verifies(
    token: str, tmp_path: Path, pin: Path, name
) -> None:
    key = key_of(token % name, tmp_path, pin)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signature = key.sign(b"permit", ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(signature, b"permit", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_an_rsa_key_in_a_token_signs_what_its_public_key_verifies(
    token: str, tmp_path: Path, pin: Path, digest
) -> None:
    key = key_of(token % "object=rsa", tmp_path, pin)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 3072
    key.public_key().verify(
        key.sign(b"permit", padding.PKCS1v15(), digest), b"permit", padding.PKCS1v15(), digest
    )


@pytest.mark.parametrize("name", ["seal", "rsa"])
def test_it_never_gives_itself_away(token: str, tmp_path: Path, pin: Path, name: str) -> None:
    key = key_of(token % f"object={name}", tmp_path, pin)
    with pytest.raises(UnsupportedAlgorithm):
        key.private_numbers()
    with pytest.raises(UnsupportedAlgorithm):
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert PIN not in repr(key)


@pytest.mark.parametrize("name", ["seal", "rsa"])
def test_a_permit_is_sealed_with_a_key_that_was_requested_from_its_token(
    token: str, tmp_path: Path, pin: Path, name: str
) -> None:
    key = key_of(token % f"object={name}", tmp_path, pin)
    asked = request(Purpose.SEAL, Applicant("MZ", "ANAC", "ANAC", "epix.example.mz"), key)
    assert x509.load_pem_x509_csr(asked).is_signature_valid
    ca = DevelopmentCa()
    (tmp_path / "certificate.pem").write_bytes(ca.certify(asked))
    (tmp_path / "ca.pem").write_bytes(ca.certificate)

    def now() -> datetime:
        return datetime.now(UTC)

    sealer = open_sealer(tmp_path / "certificate.pem", tmp_path / "key.pem", pin, now)
    document = b"<CITESEPermit><a>1</a></CITESEPermit>"
    verifier = PermitSealVerifier(read_anchors(tmp_path / "ca.pem"), IsoCountryCode("MZ"), now)
    assert verifier.judge(document, [sealer.seal(document)]).verdict.now is SealStatus.SEALED_VALID
    broken = document.replace(b"1", b"2")
    assert verifier.judge(broken, [sealer.seal(document)]).verdict.now is SealStatus.SEALED_BROKEN


def test_a_permit_code_is_signed_in_a_token(token: str, tmp_path: Path, pin: Path) -> None:
    key = key_of(token % "object=seal", tmp_path, pin)
    asked = request(Purpose.PAPER, Applicant("MZ", "ANAC", "ANAC", "epix.example.mz"), key)
    file = tmp_path / "certificate.pem"
    file.write_bytes(DevelopmentCa().certify(asked))
    signer = open_signer(file, tmp_path / "key.pem", pin)
    said = PaperStatement.of(a_permit(), ANAC, datetime.now(UTC))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert CODEC.open(signer.sign(said)).statement(public).plain() == said.plain()


@pytest.mark.parametrize("name", ["rsa", "seal384"])
def test_a_permit_code_is_signed_on_p_256_alone(
    token: str, tmp_path: Path, pin: Path, name: str
) -> None:
    key = key_of(token % f"object={name}", tmp_path, pin)
    asked = request(Purpose.PAPER, Applicant("MZ", "ANAC", "ANAC", "epix.example.mz"), key)
    file = tmp_path / "certificate.pem"
    file.write_bytes(DevelopmentCa().certify(asked))
    with pytest.raises(KeyUnusable, match="no key on EC P-256"):
        open_signer(file, tmp_path / "key.pem", pin)


def test_the_adapters_are_what_the_loader_gives(token: str, tmp_path: Path, pin: Path) -> None:
    in_token = [key_of(token % f"object={name}", tmp_path, pin) for name in ("seal", "rsa")]
    assert [type(key) for key in in_token] == [TokenEcKey, TokenRsaKey]
    assert all(map(is_in_token, in_token))
    assert not is_in_token(ec.generate_private_key(ec.SECP256R1()))


@pytest.mark.parametrize(
    ("change", "reason", "remedy"),
    [
        (lambda uri: uri % "object=nobody", "holds no key pair nobody", "pkcs11-tool"),
        (lambda uri: uri % "object=short", "RSA with 3072 bits", "--keypairgen"),
        (
            lambda uri: uri.replace("token=epix", "token=gone") % "object=seal",
            "there is no token gone",
            "pkcs11-tool",
        ),
        (
            lambda uri: (uri % "object=seal").replace("libsofthsm2", "libgone"),
            "libgone.so does not work",
            "pkcs11-tool",
        ),
        (
            lambda uri: (uri % "object=seal").partition("?")[0],
            "does not name a key in a token",
            "module-path=",
        ),
        (lambda uri: uri % "type=private", "does not name a key in a token", "module-path="),
    ],
    ids=["no such key", "too short", "no such token", "no such library", "no library", "no name"],
)
def test_what_is_wrong_with_a_token_is_said_with_its_remedy(
    token: str, tmp_path: Path, pin: Path, change, reason: str, remedy: str
) -> None:
    with pytest.raises(KeyUnusable) as refused:
        key_of(change(token), tmp_path, pin)
    assert reason in refused.value.text
    assert remedy in refused.value.text
    assert PIN not in refused.value.text


def test_a_wrong_pin_is_named_and_not_shown(token: str, tmp_path: Path) -> None:
    """In a process of its own: a process that has logged in once is not asked for the PIN again."""
    wrong = secret(tmp_path / "pin", "0000-wrong")
    key = secret(tmp_path / "key.pem", token % "object=seal")
    program = (
        "import sys; from pathlib import Path; from gateway.crypto.keys.files import"
        " load_private_key\ntry: load_private_key(Path(sys.argv[1]), Path(sys.argv[2]))\nexcept"
        " Exception as error: print(type(error).__name__, error)"
    )
    import sys

    said = subprocess.run(
        [sys.executable, "-c", program, key, wrong], capture_output=True, text=True, check=True
    ).stdout
    assert said.startswith("KeyUnusable")
    assert "does not accept the PIN" in said
    assert "0000-wrong" not in said
