"""Clients of the UNEP-WCMC hub ask our hub address: PHP in rpc/encoded, Savon's text, and zeep."""

import json
import subprocess
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
import zeep
from lxml import etree
from zeep.exceptions import Fault

from gateway.domain.errors import PartnerFault
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.partners.client import PartnerClient
from tests import programs
from tests.interop.conftest import HERE
from tests.interop.sandbox import FIRST, FOUND, SECOND, Sandbox, confirmation
from tests.partners.conftest import JournalInMemory
from tests.partners.partner_cases import profile
from tests.soap.hub_endpoint import as_savon

pytestmark = pytest.mark.slow

PERMIT = "{urn:CitesDataExchange/v2/}GetNonFinalCitesCertificateResponse/CITESEPermit"
CODES = {"camel": "GetNonFinalCitesCertificate", "snake": "get_non_final_cites_certificate"}


def body_of(envelope: str | bytes) -> etree._Element:
    root = etree.fromstring(envelope.encode() if isinstance(envelope, str) else envelope)
    return root.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")


def is_the_permit(envelope: str | bytes) -> bool:
    permit = body_of(envelope).find(PERMIT)
    return permit is not None and FIRST["CertificateNumber"] in etree.tostring(permit).decode()


# PHP


@pytest.fixture(scope="module", params=["without WSDL", "with WSDL"])
def php_asks(request: pytest.FixtureRequest, sandbox: Sandbox) -> Any:
    """php_asks((operation, parameters), ...): what PHP sent, got and made of it."""
    address = sandbox.endpoint("hub")
    command = [programs.php("soap"), str(HERE / "php" / "hub_client.php"), address]
    if request.param == "with WSDL":
        command.append(sandbox.wsdl("hub"))

    def ask(*calls: tuple[str, dict[str, Any]]) -> list[dict[str, str]]:
        ran = subprocess.run(
            command, input=json.dumps(calls), capture_output=True, text=True, timeout=60
        )
        assert ran.returncode == 0, ran.stderr or ran.stdout
        results: list[dict[str, str]] = json.loads(ran.stdout)
        return results

    return ask


@pytest.mark.parametrize("spelling", CODES)
def test_php_gets_the_permit_by_either_name(php_asks: Any, spelling: str) -> None:
    (result,) = php_asks((CODES[spelling], FIRST))
    assert "encodingStyle" in result["request"]
    assert 'xsi:type="xsd:string"' in result["request"]
    assert is_the_permit(result["answer"]), result


def test_php_confirms_quantities(php_asks: Any) -> None:
    (too_much,) = php_asks(("ConfirmQuantities", one_line(FIRST, "B", 12.500001)))
    assert too_much["fault"] == "QuantityExceeded", too_much
    (dropped,) = php_asks(("ConfirmQuantities", SECOND))
    assert dropped["fault"] == "Invalid Request"


def one_line(permit: dict[str, str], letter: str, amount: float) -> dict[str, Any]:
    line = {"ID": letter, "InspectedUnitQuantity": amount}
    return {**permit, "ConfirmedQuantities": {"CitesPosition": line}}


@pytest.mark.parametrize("php_asks", ["with WSDL"], indirect=True)
def test_php_books_every_line_of_a_permit(php_asks: Any) -> None:
    # Without a WSDL PHP writes a list as an array of SOAP 1.1, section 5, which no hub reads.
    (confirmed,) = php_asks(("ConfirmQuantities", confirmation(SECOND, FOUND)))
    assert body_of(confirmed["answer"]).findtext(".//State") in ("CONFIRMED", "ALREADY_CONFIRMED")


def test_php_sees_the_words_of_the_hub(php_asks: Any) -> None:
    elsewhere, wrong = php_asks(
        ("GetFinalCitesCertificate", {**FIRST, "IsoCountryCode": "CH"}),
        ("GetNonFinalCitesCertificate", {**FIRST, "TokenId": "WRONG"}),
    )
    assert elsewhere["fault"] == "CalleeNotFound"
    assert wrong["fault"] == "CertificateNotFound"


# Savon, as its text stands in the evidence on the hub


def post(address: str, message: str, action: str) -> tuple[int, str, bytes]:
    headers = {"Content-Type": "text/xml;charset=UTF-8", "SOAPAction": f'"{action}"'}
    request = urllib.request.Request(address, message.encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Content-Type"], refused.read()


def savon_message(operation: str) -> str:
    return as_savon(operation, "".join(f"<{name}>{text}</{name}>" for name, text in FIRST.items()))


@pytest.mark.parametrize("spelling", CODES)
def test_savon_gets_the_permit(sandbox: Sandbox, spelling: str) -> None:
    name = CODES[spelling]
    status, media, envelope = post(sandbox.endpoint("hub"), savon_message(name), name)
    assert (status, media) == (200, "application/xml; charset=utf-8")
    assert is_the_permit(envelope)


def test_an_action_of_v1_is_refused_as_at_the_hub(sandbox: Sandbox) -> None:
    action = f"urn:{CODES['camel']}"
    status, _, envelope = post(sandbox.endpoint("hub"), savon_message(CODES["camel"]), action)
    assert status == 500
    said = body_of(envelope).findtext(".//faultstring")
    assert said == f"Cannot find SOAP action mapping for {action}"


# zeep


@pytest.fixture(scope="module")
def hub_client(sandbox: Sandbox) -> zeep.Client:
    return zeep.Client(sandbox.wsdl("hub"), settings=zeep.Settings(strict=True))


@pytest.mark.parametrize(
    ("port", "spelling"),
    [("api_v1_soap_api_port", "camel"), ("api_v1_soap_api_snake_port", "snake")],
)
def test_zeep_loads_the_wsdl_and_gets_the_permit(
    hub_client: zeep.Client, port: str, spelling: str
) -> None:
    service = hub_client.bind("service", port)
    # The declared answer never comes, as at the hub.
    with hub_client.settings(raw_response=True):
        answer = service[CODES[spelling]](*FIRST.values())
    assert answer.status_code == 200
    assert is_the_permit(answer.content)


def test_zeep_reads_the_faults_of_the_hub(hub_client: zeep.Client) -> None:
    service = hub_client.bind("service", "api_v1_soap_api_port")
    with pytest.raises(Fault) as elsewhere:
        service.ServiceState("CH")
    assert (elsewhere.value.code, elsewhere.value.message) == ("Server", "CalleeNotFound")
    lines = confirmation(FIRST, {"B": "12.500001"})
    with pytest.raises(Fault, match="QuantityExceeded"):
        service.ConfirmQuantities(*lines.values())


# Our own client, by the dialect of the hub


@pytest.mark.parametrize("spelling", ["", "snake"])
def test_our_own_client_of_the_hub_asks_every_operation(sandbox: Sandbox, spelling: str) -> None:
    client = PartnerClient(
        profile(
            sandbox.endpoint("hub"),
            dialect="unep-hub",
            country=IsoCountryCode("MZ"),
            spelling=spelling,
            key="our-own-hub",
        ),
        JournalInMemory(),
        lambda: datetime.now(UTC),
        lambda: "exchange",
    )
    number, token = CertificateNumber(FIRST["CertificateNumber"]), TokenId(FIRST["TokenId"])
    assert client.certificate(OperationName.GET_NON_FINAL, number, token).version == "v2"
    assert client.state().state == "OK"
    with pytest.raises(PartnerFault) as not_final:
        client.certificate(OperationName.GET_FINAL, number, token)
    assert not_final.value.partner_code == "CertificateNotFinal"
    with pytest.raises(PartnerFault) as too_much:
        client.confirm(number, token, [SeenQuantity("A", "6")])
    assert too_much.value.partner_code == "QuantityExceeded"
