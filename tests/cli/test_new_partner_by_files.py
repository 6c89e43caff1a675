"""A new partner by files alone: the page that its office sent, then a dialect file and a WSDL.

The page (tests/documents/dialects/veldland/page.md) describes an invented service. Nothing in the
program knows it; the service here answers over TLS as the page says.
"""

import json
import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from lxml import etree

from gateway.bootstrap.simulator import DEFAULT_LOGIN, Simulator, SimulatorOptions
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import PartnerFault
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.partners.call_limit import CallLimit
from gateway.partners.client import PartnerClient
from gateway.settings import load_dialect
from tests.cli.conftest import Call
from tests.partners.conftest import JournalInMemory
from tests.partners.partner_cases import profile
from tests.partners.partner_server import Partner, running, says
from tests.pki import SERVER, Authority

pytestmark = pytest.mark.slow

DOCUMENTS = Path(__file__).parents[1] / "documents"
FILES = DOCUMENTS / "dialects" / "veldland"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACE = "urn:veldland:registry:3"
NUMBER = "ZA26EX000417"
"""Of the permit in the envelope that these tests have anyway."""

FAULTS = {
    "UNKNOWN-1": "<faultcode>e:Client</faultcode><faultstring>unknown permit</faultstring>",
    "NIGHT-1": "<faultcode>e:Server</faultcode><faultstring>try tomorrow</faultstring>",
    "PIN-1": (
        "<faultcode>e:Client</faultcode><faultstring>no</faultstring>"
        f'<detail><v:PinBlocked xmlns:v="{NAMESPACE}"/></detail>'
    ),
}


def permit() -> bytes:
    envelope = etree.parse(DOCUMENTS / "envelopes/partner_v2_permit.xml")
    return etree.tostring(envelope.find(".//{*}CITESEPermit"), with_tail=False)


def answered(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """The registry of Veldland, as its page says."""
    (request,) = etree.fromstring(body).find(f"{{{ENVELOPE}}}Body")
    number = request.findtext(f"{{{NAMESPACE}}}PermitNo") or ""
    name = etree.QName(request).localname
    fault = FAULTS.get(number)
    inside = (
        f"<e:Fault>{fault}</e:Fault>".encode()
        if fault
        else b"<v:%sResult>%s</v:%sResult>"
        % (name.encode(), permit() if name == "LookUpPermit" else b"", name.encode())
    )
    whole = b'<e:Envelope xmlns:e="%s" xmlns:v="%s"><e:Body>%s</e:Body></e:Envelope>' % (
        ENVELOPE.encode(),
        NAMESPACE.encode(),
        inside,
    )
    says(whole, 500 if fault else 200)(handler)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("veldland") / "mz"
    make(made, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    return made


@pytest.fixture(scope="module")
def veldland(directory: Path) -> Iterator[Partner]:
    """The registry; it wants a client certificate of our CA."""
    ca = Authority(directory / "keys", "veldland-ca")
    server = ca.issue("registry", SERVER, hosts=["127.0.0.1"])
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=directory / "keys/dev-ca.pem")
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.load_cert_chain(server.certificate_file, server.key_file)
    there: list[Partner] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        answered(handler, there[0].asked[-1].body)

    with running(answer, tls) as partner:
        there.append(partner)
        yield partner


@pytest.fixture(scope="module")
def added(directory: Path, veldland: Partner) -> Path:
    """The files that make the partner known: nothing else is changed or written."""
    (directory / "conf/dialects").mkdir()
    (directory / "wsdl").mkdir()
    shutil.copy(FILES / "veldland.toml", directory / "conf/dialects")
    shutil.copy(FILES / "veldland.wsdl", directory / "wsdl")
    (directory / "keys/veldland-password").write_text("of-the-sample\n", encoding="utf-8")
    (directory / "keys/veldland-password").chmod(0o600)
    (directory / "keys/pin").write_text("P-7711", encoding="utf-8")
    with (directory / "conf/partners.toml").open("a", encoding="utf-8") as partners:
        partners.write(
            '\n[[partner]]\nkey = "veldland"\ncountry = "XX"\ndialect = "veldland"\n'
            f'address = "{veldland.address}"\nca_file = "keys/veldland-ca.pem"\n'
            'values = { office = "MZ-01" }\n\n[partner.security]\n'
            'our_password_file = "keys/veldland-password"\n'
        )
    return directory


def test_a_permit_is_fetched_and_shown(added: Path, veldland: Partner, call: Call) -> None:
    answer = call("ask", "XX", NUMBER, "--token-file", added / "keys/pin", "--dir", added)
    assert NUMBER in answer.out, answer.err
    assert (added / "data/calls/veldland").is_file(), "the call was not counted"
    asked = veldland.asked[-1]
    assert asked.headers["SOAPAction"] == f'"{NAMESPACE}#LookUpPermit"'
    header, body = etree.fromstring(asked.body)
    assert header[0].tag == f"{{{NAMESPACE}}}Session"
    assert [(each.tag, each.text) for each in header[0]] == [
        ("Office", "MZ-01"),
        ("Secret", "of-the-sample"),
    ]
    assert body[0].tag == f"{{{NAMESPACE}}}LookUpPermit"
    assert [(each.tag, each.text) for each in body[0]] == [
        (f"{{{NAMESPACE}}}PermitNo", NUMBER),
        (f"{{{NAMESPACE}}}Pin", "P-7711"),
    ]


def test_without_a_token_the_pin_is_empty(added: Path, veldland: Partner, call: Call) -> None:
    call("ask", "XX", NUMBER, "--dir", added)
    (request,) = etree.fromstring(veldland.asked[-1].body)[1]
    assert (request[1].tag, request[1].text) == (f"{{{NAMESPACE}}}Pin", None)


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        (("ask", "XX", NUMBER, "--final"), "GetFinalCertificate"),
        (("state", "XX"), "ServiceState"),
    ],
)
def test_what_it_does_not_have_is_not_asked(
    added: Path, veldland: Partner, call: Call, words: tuple[str, ...], operation: str
) -> None:
    before = len(veldland.asked)
    answer = call(*words, "--dir", added, "--json")
    assert "OperationNotAvailable" in answer.out, (answer.out, answer.err)
    assert f"{operation} does not exist in the dialect veldland" in answer.out
    assert len(veldland.asked) == before


def test_a_partner_that_cannot_tell_its_state_is_neither_up_nor_down(
    added: Path, call: Call
) -> None:
    all_partners = call("state", "--dir", added, "--json")
    assert all_partners.json[0]["up"] is None
    assert "– OperationNotAvailable" in call("state", "--dir", added).out


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("UNKNOWN-1", "CertificateNotFound"),
        ("NIGHT-1", "ServiceUnavailable"),
        ("PIN-1", "TooManyRequests"),
    ],
)
def test_its_faults_are_understood(added: Path, call: Call, number: str, code: str) -> None:
    answer = call("ask", "XX", number, "--dir", added, "--json")
    assert answer.status != 0
    assert json.loads(answer.out)["error"]["partner_code"] == code, answer.out


def test_counted_quantities_are_reported(added: Path, veldland: Partner, call: Call) -> None:
    answer = call("confirm", "XX", NUMBER, "A=5", "--dir", added)
    assert answer.status == 0, answer.err
    call("outbox", "deliver", "--dir", added)
    (request,) = etree.fromstring(veldland.asked[-1].body)[1]
    assert request.tag == f"{{{NAMESPACE}}}ReportCount"
    assert [(each.tag.partition("}")[2], each.text) for each in request[2][0]] == [
        ("Line", "A"),
        ("Pieces", "5"),
    ]


def test_a_stand_in_of_the_same_file_answers_our_client(added: Path) -> None:
    """It keeps the budget too, of two calls in a second, and so does our client."""
    dialect = load_dialect("veldland", added)
    assert dialect.budget
    with Simulator(dialect, options=SimulatorOptions(country="XX", with_tls=True)) as simulator:
        keys = simulator.keys
        client = PartnerClient(
            profile(
                simulator.address,
                dialect=dialect,
                country=IsoCountryCode("XX"),
                ca_file=keys.ca,
                certificate_file=keys.certificate,
                key_file=keys.key,
                values={**DEFAULT_LOGIN, "office": "MZ-01"},
            ),
            JournalInMemory(),
            lambda: datetime.now(UTC),
            lambda: "exchange",
            limit=CallLimit("Veldland", dialect.budget, added / "data/calls/stand-in"),
        )
        number, pin = CertificateNumber("XX26EX000001"), TokenId("SANDBOX-7KQ4-2M9X")
        assert client.certificate(OperationName.GET_NON_FINAL, number, pin).version == "v2"
        client.confirm(number, pin, [SeenQuantity("A", "2")])
        with pytest.raises(PartnerFault) as refused:
            client.certificate(OperationName.GET_NON_FINAL, CertificateNumber("XX-NONE"), pin)
        assert (refused.value.partner_code, refused.value.partner_text) == (
            "CertificateNotFound",
            "unknown permit",
        )
        assert [asked.outcome for asked in simulator.asked] == ["ok", "ok", "CertificateNotFound"]


def test_partners_show_names_the_dialect(added: Path, call: Call) -> None:
    shown = call("partners", "show", "veldland", "--dir", added)
    assert "veldland: Permit registry of Veldland" in shown.out
    assert "does not have GetFinalCertificate, ServiceState" in " ".join(shown.out.split())
    as_json = call("partners", "show", "veldland", "--dir", added, "--json").json
    assert as_json["dialect"] == "veldland"
