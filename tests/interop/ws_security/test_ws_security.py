"""Other people's WS-Security against real gateways over mutual TLS: PHP's own parts, xmlsec1, a gateway like ours."""

import base64
import http.client
import json
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from gateway.bootstrap import build
from gateway.cli.demo.two_gateways import Country, make
from gateway.domain.errors import PartnerFault, RecordInvalid, SignatureMissing, SignerNotTrusted
from gateway.exchange.ports import PartnerState
from gateway.serving import running
from gateway.settings import load_settings
from gateway.signatures.message_signers import subject_key_identifier
from tests.signatures.message_forging import Signer, a_signer, an_rsa_key

HERE = Path(__file__).parent
CLIENT = "keys/client/current"


@dataclass(frozen=True)
class World:
    """Mozambique, whose door wants what a test says, and South Africa, whose officers or other software ask.

    permit: number and token of one that South Africa may see.
    """

    mozambique: Country
    south_africa: Country
    permit: dict[str, str]
    signer: Signer
    signer_files: tuple[Path, Path]

    @property
    def address(self) -> str:
        return f"{self.mozambique.plan.public_address}/epix/v2"

    @property
    def tls(self) -> list[str]:
        keys = self.south_africa.directory
        return [str(keys / name) for name in (f"{CLIENT}/certificate.pem", f"{CLIENT}/key.pem", "keys/dev-ca.pem")]

    def post(self, message: bytes) -> bytes:
        """Over mutual TLS as South Africa."""
        certificate, key, authority = self.tls
        context = ssl.create_default_context(cafile=authority)
        context.load_cert_chain(certificate, key)
        parts = urlsplit(self.address)
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, context=context, timeout=10)
        connection.request("POST", parts.path, message, {"Content-Type": "text/xml; charset=utf-8"})
        answer = connection.getresponse().read()
        connection.close()
        return answer

    @contextmanager
    def mozambique_serves(self, security: str, more: str = "") -> Iterator[None]:
        configure(self.mozambique, security, more)
        with running([sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(self.mozambique.directory)]):
            yield


def configure(country: Country, security: str, more: str = "") -> None:
    """Its only partner's [partner.security], and more of conf/gateway.toml."""
    for name, addition in (("partners", f"\n[partner.security]\n{security}\n"), ("gateway", more)):
        path = country.directory / f"conf/{name}.toml"
        untouched = path.with_suffix(".untouched")
        if not untouched.exists():
            untouched.write_bytes(path.read_bytes())
        path.write_text(untouched.read_text(encoding="utf-8") + addition, encoding="utf-8")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    gateways = make(folder)
    now = datetime.now(UTC)
    signer = a_signer("za-signer", an_rsa_key(), begins=now - timedelta(days=1), ends=now + timedelta(days=1))
    certificate, key = folder / "signer.pem", folder / "signer.key"
    certificate.write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for name in ("za-password", "our-password"):
        for country in gateways.both:
            secret = country.directory / "keys" / name
            secret.write_text("s3cret-Ünïcode\n", encoding="utf-8")
            secret.chmod(0o600)
    key.chmod(0o600)
    permit: dict[str, str] = {}
    records = resources.files("adapters.national.examples") / "mozambique.json"
    with build(load_settings(gateways.mozambique.directory, {})) as issuer, resources.as_file(records) as file:
        for record in issuer.national_source(file).records(file):
            assert not isinstance(record, RecordInvalid)
            issuer.publish.publish(record)
            importer = record.permit.importer
            if record.token and importer and importer.country and importer.country.code == "ZA":
                permit = {"CertificateNumber": record.permit.number.text, "TokenId": record.token.text}
    return World(gateways.mozambique, gateways.south_africa, permit, signer, (certificate, key))


def code_of(answer: str | bytes) -> str | None:
    """The word of a fault; None for an answer."""
    root = etree.fromstring(answer.encode() if isinstance(answer, str) else answer)
    code = root.find(".//{urn:CitesDataExchange/fault/}Code")
    if code is None:
        assert root.find(".//{*}Fault") is None
        return None
    return code.text


X509 = 'incoming = "x509"\nsigner_certificates_file = "{}"'


@pytest.fixture
def php(tool: Callable[[str], str], world: World) -> Callable[..., list[str]]:
    """php(soap, mode, who, secret, repeat): the answers to a permit asked for by PHP."""

    def asks(soap: str, mode: str, who: object, secret: object, repeat: int = 1) -> list[str]:
        asked = {
            "operation": "GetNonFinalCitesCertificate",
            "namespace": "urn:CitesDataExchange/v2/",
            "parameters": world.permit | {"IsoCountryCode": "MZ"},
        }
        command = [tool("php"), str(HERE / "client.php"), world.address, soap, *world.tls, mode, str(who), str(secret)]
        done = subprocess.run(
            [*command, str(repeat)], input=json.dumps(asked), capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        answers: list[str] = json.loads(done.stdout)
        return answers

    return asks


def test_php_signs_is_answered_once_and_never_twice(php: Callable[..., list[str]], world: World) -> None:
    with world.mozambique_serves(X509.format(world.signer_files[0])):
        for soap in ("1.1", "1.2"):
            first, second = php(soap, "x509", *world.signer_files, 2)
            assert code_of(first) is None
            assert world.permit["CertificateNumber"] in first
            assert code_of(second) == "MessageReplayed"


@pytest.mark.parametrize("mode", ["text", "digest"])
def test_php_shows_user_name_and_password(php: Callable[..., list[str]], world: World, mode: str) -> None:
    security = f'incoming = "username-{mode}"\nusername = "za"\npassword_file = "keys/za-password"'
    with world.mozambique_serves(security):
        for soap in ("1.1", "1.2"):
            first, second = php(soap, mode, "za", "s3cret-Ünïcode", 2)
            assert (code_of(first), code_of(second)) == (None, "MessageReplayed")
        assert code_of(php("1.1", mode, "za", "S3cret-Ünïcode")[0]) == "SignerNotTrusted"
        assert code_of(php("1.1", mode, "mz", "s3cret-Ünïcode")[0]) == "SignerNotTrusted"
        other = {"text": "digest", "digest": "text"}[mode]
        assert code_of(php("1.1", other, "za", "s3cret-Ünïcode")[0]) == "SignatureInvalid"


def test_xmlsec1_signs_and_a_replay_is_known_after_a_restart(
    tool: Callable[[str], str], world: World, tmp_path: Path
) -> None:
    identifier = base64.b64encode(subject_key_identifier(world.signer.certificate)).decode()
    template = Template((HERE / "xmlsec_template.xml").read_text(encoding="utf-8"))
    unsigned, message = tmp_path / "unsigned.xml", tmp_path / "signed.xml"
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    unsigned.write_text(template.substitute(created=created, key_identifier=identifier), encoding="utf-8")
    wsu = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    ids = ["--id-attr:Id", f"{wsu}:Timestamp", "--id-attr:Id", "http://schemas.xmlsoap.org/soap/envelope/:Body"]
    key = ["--privkey-pem", str(world.signer_files[1]), "--output", str(message)]
    subprocess.run([tool("xmlsec1"), "--sign", *ids, *key, str(unsigned)], check=True, capture_output=True, timeout=30)
    with world.mozambique_serves(X509.format(world.signer_files[0])):
        assert code_of(world.post(unsigned.read_bytes())) == "SignatureInvalid"
        assert code_of(world.post(message.read_bytes())) is None
        assert code_of(world.post(message.read_bytes())) == "MessageReplayed"
    with world.mozambique_serves(X509.format(world.signer_files[0])):
        assert code_of(world.post(message.read_bytes())) == "MessageReplayed"


# -- two gateways of ours ---------------------------------------------------------------------------------------------

OUR_KEY = f'\n[message_security]\ncertificate_file = "{CLIENT}/certificate.pem"\nkey_file = "{CLIENT}/key.pem"\n'


def of_the_other(world: World, country: Country) -> str:
    other = world.south_africa if country is world.mozambique else world.mozambique
    return f'signer_certificates_file = "{other.directory / CLIENT / "certificate.pem"}"'


def state_of_mozambique(world: World) -> object:
    """What South Africa's officers see when they ask for it."""
    with build(load_settings(world.south_africa.directory, {})) as gateway:
        ((_, state),) = gateway.partner_states.ask("MZ")
        return state


@pytest.mark.parametrize(
    ("reference", "soap"),
    [("certificate", "1.1"), ("key-identifier", "1.2"), ("issuer-serial", "1.1"), ("thumbprint", "1.2")],
)
def test_two_gateways_sign_and_verify_both_ways(world: World, reference: str, soap: str) -> None:
    speaks = f'our_key_reference = "{reference}"\n'
    security = f'incoming = "x509"\nsign_answers = true\n{speaks}{of_the_other(world, world.mozambique)}'
    asking = f'outgoing = "x509"\nverify_answers = true\n{speaks}{of_the_other(world, world.south_africa)}'
    configure(world.south_africa, asking, OUR_KEY)
    path = world.south_africa.directory / "conf/partners.toml"
    spoken = f'\nsoap = "{soap}"\nmust_seal = '
    path.write_text(path.read_text(encoding="utf-8").replace("\nmust_seal = ", spoken), encoding="utf-8")
    with (
        world.mozambique_serves(security, OUR_KEY),
        build(load_settings(world.south_africa.directory, {})) as officers,
    ):
        number, token = world.permit["CertificateNumber"], world.permit["TokenId"]
        foreign = officers.ask_partner.ask("MZ", number, token, final=False)
        assert foreign.permit.number.text == number
        with pytest.raises(PartnerFault) as refused:
            officers.ask_partner.ask("MZ", number, "WRONG-0000-0000", final=False)
        assert refused.value.partner_code == "CertificateNotFound"


@pytest.mark.parametrize("mode", ["username-text", "username-digest"])
def test_two_gateways_agree_on_user_names(world: World, mode: str) -> None:
    asking = f'outgoing = "{mode}"\nour_username = "za"\nour_password_file = "keys/our-password"'
    configure(world.south_africa, asking)
    with world.mozambique_serves(f'incoming = "{mode}"\nusername = "za"\npassword_file = "keys/za-password"'):
        assert isinstance(state_of_mozambique(world), PartnerState)


def test_an_answer_that_is_not_signed_is_not_believed(world: World) -> None:
    configure(world.south_africa, f"verify_answers = true\n{of_the_other(world, world.south_africa)}")
    with world.mozambique_serves(""):
        assert isinstance(state_of_mozambique(world), SignatureMissing)


def test_an_answer_signed_by_somebody_else_is_not_believed(world: World) -> None:
    configure(world.south_africa, f'verify_answers = true\nsigner_certificates_file = "{world.signer_files[0]}"')
    with world.mozambique_serves("sign_answers = true", OUR_KEY):
        assert isinstance(state_of_mozambique(world), SignerNotTrusted)


def test_an_unsigned_fault_is_read_as_the_refusal_it_is(world: World) -> None:
    configure(world.south_africa, f"verify_answers = true\n{of_the_other(world, world.south_africa)}")
    with world.mozambique_serves(f'incoming = "x509"\n{of_the_other(world, world.mozambique)}'):
        refused = state_of_mozambique(world)
        assert isinstance(refused, PartnerFault)
        assert refused.partner_code == "SignatureMissing"
