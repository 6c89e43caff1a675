"""WS-Security of PHP's own parts, xmlsec1 and a second gateway, over mutual TLS."""

import base64
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from string import Template

import pytest
from lxml import etree

from gateway.bootstrap import build
from gateway.crypto.ws_security.signers import subject_key_identifier
from gateway.domain.errors import PartnerFault, SignatureMissing, SignerNotTrusted
from gateway.exchange.ports import PartnerState
from gateway.settings import load_settings
from tests import programs
from tests.interop.ws_security.world import OUR_KEY, World, configure, of_the_other
from tests.long_haul import thinned

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


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
def php(world: World) -> Callable[..., list[str]]:
    """php(soap, mode, who, secret, repeat): the answers to a permit asked for by PHP."""

    command = [programs.php("soap", "dom", "openssl"), str(HERE / "client.php")]

    def asks(soap: str, mode: str, who: object, secret: object, repeat: int = 1) -> list[str]:
        asked = {
            "operation": "GetNonFinalCitesCertificate",
            "namespace": "urn:CitesDataExchange/v2/",
            "parameters": world.permit | {"IsoCountryCode": "MZ"},
        }
        done = subprocess.run(
            [*command, world.address, soap, *world.tls, mode, str(who), str(secret), str(repeat)],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        answers: list[str] = json.loads(done.stdout)
        return answers

    return asks


def test_php_signs_is_answered_once_and_never_twice(
    php: Callable[..., list[str]], world: World
) -> None:
    world.mozambique_serves(X509.format(world.signer_files[0]))
    for soap in ("1.1", "1.2"):
        first, second = php(soap, "x509", *world.signer_files, 2)
        assert code_of(first) is None
        assert world.permit["CertificateNumber"] in first
        assert code_of(second) == "MessageReplayed"


@pytest.mark.parametrize("mode", thinned(["text", "digest"], ["digest"]))
def test_php_shows_user_name_and_password(
    php: Callable[..., list[str]], world: World, mode: str
) -> None:
    security = f'incoming = "username-{mode}"\nusername = "za"\npassword_file = "keys/za-password"'
    world.mozambique_serves(security)
    for soap in ("1.1", "1.2"):
        first, second = php(soap, mode, "za", "s3cret-Ünïcode", 2)
        assert (code_of(first), code_of(second)) == (None, "MessageReplayed")
    assert code_of(php("1.1", mode, "za", "S3cret-Ünïcode")[0]) == "SignerNotTrusted"
    assert code_of(php("1.1", mode, "mz", "s3cret-Ünïcode")[0]) == "SignerNotTrusted"
    other = {"text": "digest", "digest": "text"}[mode]
    assert code_of(php("1.1", other, "za", "s3cret-Ünïcode")[0]) == "SignatureInvalid"


def test_xmlsec1_signs_and_a_replay_is_known_after_a_restart(world: World, tmp_path: Path) -> None:
    identifier = base64.b64encode(subject_key_identifier(world.signer.certificate)).decode()
    template = Template((HERE / "xmlsec_template.xml").read_text(encoding="utf-8"))
    unsigned, message = tmp_path / "unsigned.xml", tmp_path / "signed.xml"
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    unsigned.write_text(
        template.substitute(created=created, key_identifier=identifier), encoding="utf-8"
    )
    wsu = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    ids = [
        "--id-attr:Id",
        f"{wsu}:Timestamp",
        "--id-attr:Id",
        "http://schemas.xmlsoap.org/soap/envelope/:Body",
    ]
    key = ["--privkey-pem", str(world.signer_files[1]), "--output", str(message)]
    subprocess.run(
        [programs.program("xmlsec1"), "--sign", *ids, *key, str(unsigned)],
        check=True,
        capture_output=True,
        timeout=30,
    )
    world.mozambique_serves(X509.format(world.signer_files[0]))
    assert code_of(world.post(unsigned.read_bytes())) == "SignatureInvalid"
    assert code_of(world.post(message.read_bytes())) is None
    assert code_of(world.post(message.read_bytes())) == "MessageReplayed"
    world.mozambique_serves(X509.format(world.signer_files[0]))
    assert code_of(world.post(message.read_bytes())) == "MessageReplayed"


# Two gateways of ours


def state_of_mozambique(world: World) -> object:
    """The state as South Africa's officers see it."""
    with build(load_settings(world.south_africa.directory, {})) as gateway:
        ((_, state),) = gateway.partners.states.ask("MZ")
        return state


REFERENCES = [
    ("certificate", "1.1"),
    ("key-identifier", "1.2"),
    ("issuer-serial", "1.1"),
    ("thumbprint", "1.2"),
]


@pytest.mark.parametrize(("reference", "soap"), thinned(REFERENCES, REFERENCES[:2]))
def test_two_gateways_sign_and_verify_both_ways(world: World, reference: str, soap: str) -> None:
    speaks = f'our_key_reference = "{reference}"\n'
    security = (
        f'incoming = "x509"\nsign_answers = true\n{speaks}{of_the_other(world, world.mozambique)}'
    )
    asking = (
        'outgoing = "x509"\nverify_answers ='
        f" true\n{speaks}{of_the_other(world, world.south_africa)}"
    )
    configure(world.south_africa, asking, OUR_KEY)
    path = world.south_africa.directory / "conf/partners.toml"
    spoken = f'\nsoap = "{soap}"\nmust_seal = '
    path.write_text(
        path.read_text(encoding="utf-8").replace("\nmust_seal = ", spoken), encoding="utf-8"
    )
    world.mozambique_serves(security, OUR_KEY)
    with build(load_settings(world.south_africa.directory, {})) as officers:
        number, token = world.permit["CertificateNumber"], world.permit["TokenId"]
        foreign = officers.partners.ask.ask("MZ", number, token, final=False)
        assert foreign.permit.number.text == number
        with pytest.raises(PartnerFault) as refused:
            officers.partners.ask.ask("MZ", number, "WRONG-0000-0000", final=False)
        assert refused.value.partner_code == "CertificateNotFound"


@pytest.mark.parametrize("mode", thinned(["username-text", "username-digest"], ["username-text"]))
def test_two_gateways_agree_on_user_names(world: World, mode: str) -> None:
    asking = f'outgoing = "{mode}"\nour_username = "za"\nour_password_file = "keys/our-password"'
    configure(world.south_africa, asking)
    world.mozambique_serves(
        f'incoming = "{mode}"\nusername = "za"\npassword_file = "keys/za-password"'
    )
    assert isinstance(state_of_mozambique(world), PartnerState)


def test_an_answer_that_is_not_signed_is_not_believed(world: World) -> None:
    configure(
        world.south_africa, f"verify_answers = true\n{of_the_other(world, world.south_africa)}"
    )
    world.mozambique_serves("")
    assert isinstance(state_of_mozambique(world), SignatureMissing)


def test_an_answer_signed_by_somebody_else_is_not_believed(world: World) -> None:
    configure(
        world.south_africa,
        f'verify_answers = true\nsigner_certificates_file = "{world.signer_files[0]}"',
    )
    world.mozambique_serves("sign_answers = true", OUR_KEY)
    assert isinstance(state_of_mozambique(world), SignerNotTrusted)


def test_an_unsigned_fault_is_read_as_the_refusal_it_is(world: World) -> None:
    configure(
        world.south_africa, f"verify_answers = true\n{of_the_other(world, world.south_africa)}"
    )
    world.mozambique_serves(f'incoming = "x509"\n{of_the_other(world, world.mozambique)}')
    refused = state_of_mozambique(world)
    assert isinstance(refused, PartnerFault)
    assert refused.partner_code == "SignatureMissing"
