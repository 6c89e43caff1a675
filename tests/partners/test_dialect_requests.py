"""Requests of each dialect: the text on the wire, by exclusive canonical XML."""

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway.dialects import OPERATIONS, Carries
from gateway.domain.errors import OperationNotAvailable, QuantityInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.partners.messages import Message, RequestWriter
from gateway.settings import load_dialects
from tests.partners.partner_cases import profile
from tests.programs import unavailable

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "tests" / "documents" / "dialects"
CONTRACT = ROOT.parent / "shared" / "epix" / "contract.md"
NAMESPACES = {"swiss": "urn:CitesDataExchange/v1/", "czech": "urn:cz-documents"}
NAMESPACES["imsoc"] = "http://ec.europa.eu/tracesnt/certificate/cites/v1"
VALUES = {
    "czech": {"username": "mz-office", "password": "of-the-sample"},
    "imsoc": {"web_service_client_id": "mz-cites"},
}
LINES = [("A", "5")]
EVERYTHING = {
    Carries.NUMBER: "CH26EX000417",
    Carries.TOKEN: "Q7-4411",
    Carries.COUNTRY: "CH",
    Carries.QUANTITIES: LINES,
}


def writer(name: str, **changes: Any) -> RequestWriter:
    known = {"service_namespace": NAMESPACES.get(name), "values": VALUES.get(name, {})}
    known["country"] = IsoCountryCode("CH")
    return RequestWriter(profile("https://partner.example/", dialect=name, **(known | changes)))


def written(name: str, operation: OperationName, number: str, **changes: Any) -> Message:
    return writer(name, **changes).request(operation, EVERYTHING | {Carries.NUMBER: number})


def canonical(xml: bytes) -> bytes:
    """Exclusive canonical XML, without white space between elements, which is for people."""
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, method="c14n", exclusive=True)


@pytest.mark.parametrize(
    ("name", "operation", "number", "document"),
    [
        ("swiss", OperationName.GET_NON_FINAL, "CH26EX000417", "swiss-request.xml"),
        ("swiss", OperationName.SERVICE_STATE, "", "swiss-state-request.xml"),
        ("czech", OperationName.GET_NON_FINAL, "CZ26EX000417", "czech-request.xml"),
        ("unep-hub", OperationName.CONFIRM_QUANTITIES, "CH26EX000417", "unep-hub-request.xml"),
        ("imsoc", OperationName.GET_NON_FINAL, "BE26EX000417", "imsoc-request.xml"),
    ],
)
def test_the_text_on_the_wire_is_the_one_expected(
    name: str, operation: OperationName, number: str, document: str
) -> None:
    message = written(name, operation, number)
    assert canonical(message.body) == canonical((DOCUMENTS / document).read_bytes())


def block_of_the_contract(section: str, number: int) -> str:
    """A block of XML in a section of the wire contract, which lies beside the checkout."""
    if not CONTRACT.is_file():
        unavailable("the wire contract is not beside the checkout")
    text = CONTRACT.read_text(encoding="utf-8")
    within = text[text.index(section) :]
    return re.findall(r"```xml\n(.*?)```", within, re.DOTALL)[number]


def test_the_text_sent_to_switzerland_is_that_of_the_wire_contract() -> None:
    block = block_of_the_contract("### 3.1 ", 0)
    head, _, envelope = block.partition("\n\n")
    message = writer("swiss").request(
        OperationName.GET_NON_FINAL,
        {Carries.NUMBER: "XA000000", Carries.TOKEN: "abc", Carries.COUNTRY: "CH"},
    )
    assert canonical(message.body) == canonical(envelope.encode())
    action = re.search(r'SOAPAction: ("[^"]+")', head)
    assert action
    assert message.headers["SOAPAction"] == action[1]
    media_type = re.search(r"Content-Type: (\S+)", head)
    assert media_type
    assert message.headers["Content-Type"].lower().replace(" ", "") == media_type[1].lower()


def test_the_header_sent_to_the_czech_service_is_that_of_the_wire_contract() -> None:
    block = block_of_the_contract("## 10. ", 0)
    prefixes = (
        '<x xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:v1="urn:cz-documents">'
    )
    expected = etree.fromstring(f"{prefixes}{block.strip()}</x>")[0]
    message = writer("czech", values={"username": "u", "password": "p"}).request(
        OperationName.GET_NON_FINAL, EVERYTHING
    )
    header, body = etree.fromstring(message.body)
    assert canonical(etree.tostring(header)) == canonical(etree.tostring(expected))
    (request,) = body
    assert request.tag == "{urn:cz-documents}GetDocument"
    assert [(child.tag, child.text) for child in request] == [("ID", "CH26EX000417")]
    assert b"Q7-4411" not in message.body


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("czech", ["GetFinalCertificate", "ConfirmQuantities", "ServiceState"]),
        ("imsoc", ["GetFinalCertificate", "ConfirmQuantities", "ServiceState"]),
        ("swiss", []),
        ("unep-hub", []),
        ("standard-v1", []),
        ("standard-v2", []),
    ],
)
def test_an_operation_that_a_dialect_lacks_is_not_available(name: str, missing: list[str]) -> None:
    there = writer(name)
    lacking = []
    for operation in OPERATIONS:
        try:
            there.request(operation, EVERYTHING)
        except OperationNotAvailable:
            lacking.append(str(operation))
    assert lacking == missing


@pytest.mark.parametrize(
    ("name", "changes", "action"),
    [
        ("czech", {}, '"urn:cz-documentsGetDocument"'),
        ("imsoc", {}, '"getCitesCertificate"'),
        ("unep-hub", {}, '"GetNonFinalCitesCertificate"'),
        ("unep-hub", {"spelling": "snake"}, '"get_non_final_cites_certificate"'),
        ("standard-v2", {}, '"urn:GetNonFinalCitesCertificate"'),
    ],
)
def test_the_action_is_the_dialects(name: str, changes: dict[str, str], action: str) -> None:
    message = written(name, OperationName.GET_NON_FINAL, "CH26EX000417", **changes)
    assert message.headers["SOAPAction"] == action


def test_the_hub_is_asked_in_either_spelling() -> None:
    for spelling, tag in (
        ("", "GetFinalCitesCertificate"),
        ("snake", "get_final_cites_certificate"),
    ):
        message = written("unep-hub", OperationName.GET_FINAL, "CH1", spelling=spelling)
        assert etree.fromstring(message.body)[0][0].tag == f"{{urn:CitesDataExchange}}{tag}"


def test_the_hub_gets_no_fraction_as_it_would_cut_it_off() -> None:
    with pytest.raises(QuantityInvalid) as refused:
        writer("unep-hub").request(
            OperationName.CONFIRM_QUANTITIES, EVERYTHING | {Carries.QUANTITIES: [("A", "2.5")]}
        )
    assert (refused.value.position, refused.value.box) == ("A", "14")


def test_an_optional_header_goes_out_where_the_partner_has_its_value() -> None:
    values = VALUES["imsoc"] | {"body_identity": "AB-17", "language": "FR"}
    message = written("imsoc", OperationName.GET_NON_FINAL, "BE1", values=values)
    header = etree.fromstring(message.body)[0]
    assert header[0].text == "FR"
    assert header[2].tag == "{http://ec.europa.eu/tracesnt/body/v3}BodyIdentity"
    assert [(each.tag, each.text) for each in header[2]] == [
        ("AuthorityActivityAccessIdentifier", "AB-17")
    ]


@pytest.mark.parametrize("absent", ["empty", "nil"])
def test_an_absent_value_is_written_as_the_dialect_says(tmp_path: Path, absent: str) -> None:
    text = (ROOT / "conf/dialects/swiss.toml").read_text(encoding="utf-8")
    token = 'element = "TokenId"\n'
    (tmp_path / "conf/dialects").mkdir(parents=True)
    (tmp_path / "conf/dialects/other.toml").write_text(
        text.replace(token, f'{token}absent = "{absent}"\n'), encoding="utf-8"
    )
    there = profile(
        "https://partner.example/",
        dialect=load_dialects(tmp_path)["other"],
        service_namespace="urn:other",
    )
    message = RequestWriter(there).request(OperationName.GET_NON_FINAL, {Carries.NUMBER: "CH1"})
    token_element = etree.fromstring(message.body)[0][0][1]
    assert token_element.tag == "TokenId"
    nil = token_element.get("{http://www.w3.org/2001/XMLSchema-instance}nil")
    assert (token_element.text, nil) == (None, "true" if absent == "nil" else None)
