"""curl alone, as a person uses it who tries the service from a terminal."""

import re
import subprocess
from collections.abc import Iterator

import pytest
from lxml import etree, html

import wsdl
from gateway.domain.partner import OperationName
from tests.interop.curl import (
    ENVELOPES,
    MEDIA_TYPES,
    Curl,
    Reply,
    about,
    content_of,
    request,
    saying,
)
from tests.interop.sandbox import (
    CANCELLED,
    CATEGORY,
    EVERY_DOOR,
    FINAL,
    MULTI_USE,
    REPLACED,
    ROOTS,
    VERSIONS,
    WITHOUT_TOKEN,
    Sandbox,
    a_sandbox,
)
from tests.long_haul import thinned
from tests.programs import program

pytestmark = pytest.mark.slow

FAULT = "{urn:CitesDataExchange/fault/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture(scope="module")
def curl(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Curl:
    return Curl(program("curl"), sandbox, tmp_path_factory.mktemp("curl"))


@pytest.fixture(scope="module")
def fresh_curl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Curl]:
    """curl at a sandbox of its own: its permits are confirmed, and tokens guessed too often."""
    with a_sandbox() as started:
        yield Curl(program("curl"), started, tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    """The published WSDLs on the messages."""
    return {
        version: etree.XMLSchema(
            etree.parse(wsdl.directory() / f"epix-{version}.wsdl").find(f".//{XSD}schema")
        )
        for version in VERSIONS
    }


def test_a_confirmed_permit_is_final_for_curl(fresh_curl: Curl) -> None:
    def ask(operation: str, soap: str = "1.1") -> Reply:
        return fresh_curl.post(request(operation, "v2", soap), "v2", soap)

    assert ask("GetFinalCitesCertificate").content.findtext("faultstring") == "CertificateNotFinal"
    first, again = ask("ConfirmQuantities").content, ask("ConfirmQuantities", "1.2").content
    assert (first.findtext("State"), again.findtext("State")) == ("CONFIRMED", "ALREADY_CONFIRMED")
    assert first.findtext("ConfirmationId") == again.findtext("ConfirmationId")
    assert ask("GetFinalCitesCertificate").content.find("CITESEPermit") is not None


@EVERY_DOOR
@pytest.mark.parametrize("operation", OperationName)
def test_every_operation_answers_curl_as_the_contract_says(
    curl: Curl, schemas: dict[str, etree.XMLSchema], operation: str, version: str, soap: str
) -> None:
    curl.post(
        request("ConfirmQuantities", "v2", "1.1"), "v2", "1.1"
    )  # so that the permit asked for is final
    reply = curl.post(request(operation, version, soap), version, soap)
    assert (reply.status, reply.media_type) == (200, MEDIA_TYPES[soap])
    assert reply.content.tag == f"{{urn:CitesDataExchange/{version}/}}{operation}Response"
    schemas[version].assertValid(reply.content)
    if operation.startswith("Get"):
        assert reply.content.find(ROOTS[version]) is not None
        assert reply.content.findtext("Composite") == "false"


@pytest.mark.parametrize(
    "action",
    [
        f'SOAPAction: "urn:{OperationName.SERVICE_STATE}"',
        "SOAPAction: ServiceState",
        'SOAPAction: ""',
        "SOAPAction;",
    ],
)
def test_an_action_that_agrees_or_says_nothing_is_fine(curl: Curl, action: str) -> None:
    assert (
        curl.post(request("ServiceState", "v2", "1.1"), "v2", "1.1", "--header", action).status
        == 200
    )


def test_an_action_that_contradicts_is_refused(curl: Curl) -> None:
    action = 'SOAPAction: "urn:ConfirmQuantities"'
    reply = curl.post(request("ServiceState", "v2", "1.1"), "v2", "1.1", "--header", action)
    assert reply.content.findtext("faultstring") == "InvalidRequest"


GET, GET_FINAL, CONFIRM, STATE = (
    "GetNonFinalCitesCertificate",
    "GetFinalCertificate",
    "ConfirmQuantities",
    "ServiceState",
)
REFUSED = {
    "a country that is not served": (
        STATE,
        saying(">MZ<", ">ZA<"),
        "CalleeNotFound",
        "after-change",
    ),
    "an unknown number": (
        GET,
        saying("MZ26EX000001", "MZ26EX999999"),
        "CertificateNotFound",
        "after-change",
    ),
    "a wrong token": (
        GET,
        saying("SANDBOX-7KQ4-2M9X", "SANDBOX-0000-0000"),
        "CertificateNotFound",
        "after-change",
    ),
    "no token": (
        GET,
        saying("<TokenId>SANDBOX-7KQ4-2M9X</TokenId>", ""),
        "CertificateNotFound",
        "after-change",
    ),
    "not yet confirmed": (
        GET_FINAL,
        about({"CertificateNumber": "MZ26EX000001", "TokenId": "SANDBOX-7KQ4-2M9X"}),
        "CertificateNotFinal",
        "later",
    ),
    "cancelled": (GET, about(CANCELLED), "CertificateCancelled", "never"),
    "cancelled, final form": (GET_FINAL, about(CANCELLED), "CertificateCancelled", "never"),
    "replaced": (GET, about(REPLACED), "CertificateReplaced", "after-change"),
    "not well-formed": (STATE, saying("</soap:Body>", ""), "InvalidRequest", "after-change"),
    "a document type declaration": (
        STATE,
        saying("<soap:E", "<!DOCTYPE a><soap:E"),
        "InvalidRequest",
        "after-change",
    ),
    "an element too many": (
        STATE,
        saying("<Iso", "<Note>a</Note><Iso"),
        "InvalidRequest",
        "after-change",
    ),
    "an unknown operation": (
        STATE,
        lambda message: message.replace("ServiceState", "ServiceStatus"),
        "InvalidRequest",
        "after-change",
    ),
    "a number that is none": (
        GET,
        saying("MZ26EX000001", "MZ 26?"),
        "InvalidRequest",
        "after-change",
    ),
    "no quantities": (
        CONFIRM,
        lambda message: re.sub(r"(?s)<ConfirmedQ.*</ConfirmedQuantities>", "", message),
        "InvalidRequest",
        "after-change",
    ),
    "a message of 300 KB": (
        STATE,
        lambda message: message + " " * 300_000,
        "MessageTooLarge",
        "after-change",
    ),
    "an envelope of no SOAP": (
        STATE,
        lambda message: re.sub('soap="[^"]*"', 'soap="urn:x"', message),
        "VersionMismatch",
        "never",
    ),
    "a header that must be understood": (
        STATE,
        saying(
            "<soap:Body>",
            '<soap:Header><a:A xmlns:a="urn:a" soap:mustUnderstand="1"/></soap:Header><soap:Body>',
        ),
        "MustUnderstand",
        "never",
    ),
}
LINE_REFUSED = {
    "an unknown line": (saying("<ID>C<", "<ID>D<"), "PositionUnknown", "D"),
    "a line twice": (saying("<ID>C<", "<ID>A<"), "PositionRepeated", "A"),
    "half a specimen": (saying(">5<", ">4.5<"), "QuantityInvalid", "A"),
    "a quantity in words": (saying(">12.5<", ">twelve<"), "QuantityInvalid", "B"),
    "an exponent": (saying(">12.5<", ">1.25e1<"), "QuantityInvalid", "B"),
    "a negative quantity": (saying(">3<", ">-3<"), "QuantityInvalid", "C"),
    "more than the permit allows": (saying(">12.5<", ">12.500001<"), "QuantityExceeded", "B"),
}
SIDES = {"VersionMismatch": "VersionMismatch", "MustUnderstand": "MustUnderstand"}


@EVERY_DOOR
@pytest.mark.parametrize("case", REFUSED)
def test_curl_is_told_why_a_message_is_refused(
    curl: Curl, case: str, version: str, soap: str
) -> None:
    operation, change, code, retry = REFUSED[case]
    reply = curl.post(change(request(operation, version, soap)), version, soap)
    told = refusal(reply, code, soap)
    assert told["Retry"] == retry


@EVERY_DOOR
@pytest.mark.parametrize("case", LINE_REFUSED)
def test_curl_is_told_which_line_is_refused(curl: Curl, case: str, version: str, soap: str) -> None:
    change, code, position = LINE_REFUSED[case]
    message = about({"CertificateNumber": "MZ26EX000001", "TokenId": "SANDBOX-7KQ4-2M9X"})(
        request(CONFIRM, version, soap)
    )
    told = refusal(curl.post(change(message), version, soap), code, soap)
    assert (told["Position"], told["Retry"]) == (position, "after-change")
    assert told["Box"] == "14"


@EVERY_DOOR
def test_other_quantities_than_before_are_already_confirmed(
    curl: Curl, version: str, soap: str
) -> None:
    curl.post(request(CONFIRM, "v2", "1.1"), "v2", "1.1")
    reply = curl.post(saying(">5<", ">4<")(request(CONFIRM, version, soap)), version, soap)
    assert refusal(reply, "AlreadyConfirmed", soap)["Position"] == "A"


@pytest.mark.parametrize("soap", ENVELOPES)
@pytest.mark.parametrize(("version", "words"), [("v1", "category A<"), ("v2", "CategoryCode>A<")])
def test_a_category_is_said_in_both_versions(
    curl: Curl, version: str, words: str, soap: str
) -> None:
    reply = curl.post(about(CATEGORY)(request(GET, version, soap)), version, soap)
    assert reply.status == 200
    assert words in etree.tostring(reply.content, encoding="unicode")


@EVERY_DOOR
def test_a_permit_published_as_final_has_box_14(curl: Curl, version: str, soap: str) -> None:
    reply = curl.post(about(FINAL)(request(GET_FINAL, version, soap)), version, soap)
    assert reply.content.find(f"{ROOTS[version]}//{{*}}ExaminationTransportEvent") is not None


@EVERY_DOOR
def test_a_permit_without_token_is_given_without_one_and_not_with_any(
    curl: Curl, version: str, soap: str
) -> None:
    assert curl.post(about(WITHOUT_TOKEN)(request(GET, version, soap)), version, soap).status == 200
    guess = about({**WITHOUT_TOKEN, "TokenId": "SANDBOX-0000-0000"})(request(GET, version, soap))
    refusal(curl.post(guess, version, soap), "CertificateNotFound", soap)


def test_a_multi_use_certificate_is_confirmed_and_not_finished_by_it(curl: Curl) -> None:
    found = re.compile(r"(?s)<CitesPosition><ID>B<.*</CitesPosition>")
    message = found.sub("", about(MULTI_USE)(request(CONFIRM, "v2", "1.1"))).replace(">5<", ">1<")
    assert curl.post(message, "v2", "1.1").content.findtext("ConfirmationId")
    reply = curl.post(about(MULTI_USE)(request(GET_FINAL, "v2", "1.1")), "v2", "1.1")
    refusal(reply, "CertificateNotFinal", "1.1")


def test_who_guesses_tokens_is_told_to_slow_down(fresh_curl: Curl) -> None:
    guess = saying("SANDBOX-7KQ4-2M9X", "SANDBOX-0000-0000")(request(GET, "v2", "1.1"))
    seen = [fresh_curl.post(guess, "v2", "1.1").content.findtext("faultstring") for _ in range(61)]
    assert seen == [*["CertificateNotFound"] * 60, "TooManyRequests"]
    reply = fresh_curl.post(request(GET, "v2", "1.1"), "v2", "1.1")
    assert reply.status == 200  # whoever has the token is served all the same


PASTED = [(version, operation) for version in VERSIONS for operation in OperationName]


@pytest.mark.parametrize(
    ("version", "operation"),
    thinned(PASTED, [PASTED[0], PASTED[-1]]),  # of each version one
)
def test_the_line_on_an_operation_page_works_when_pasted(
    fresh_curl: Curl, version: str, operation: str
) -> None:
    """One of them confirms the permit that other clients need unconfirmed."""
    page = html.fromstring(fresh_curl.get(f"/epix/{version}/{operation}"))
    (command,) = page.xpath(".//*[@id='sample-curl']")
    pasted = subprocess.run(
        ["bash", "-c", command.text_content()], capture_output=True, check=True, timeout=60
    ).stdout
    content = content_of(pasted, "1.1")
    assert (
        content.tag.endswith(f"{operation}Response")
        or content.findtext("faultstring") == "CertificateNotFinal"
    )


def refusal(reply: Reply, code: str, soap: str) -> dict[str, str]:
    """The detail of a fault, once its code, side, HTTP status and media type are found right."""
    assert reply.media_type == MEDIA_TYPES[soap]
    side = SIDES.get(code, {"1.1": "Client", "1.2": "Sender"}[soap])
    fault = reply.content
    assert fault.tag == f"{{{ENVELOPES[soap]}}}Fault"
    assert reply.status == 500, "in SOAP 1.2 also where the caller is at fault"
    if soap == "1.1":
        said, reason, detail = (
            fault.findtext("faultcode"),
            fault.findtext("faultstring"),
            fault.find("detail"),
        )
    else:
        prefix = f"{{{ENVELOPES[soap]}}}"
        said, reason = (
            fault.findtext(f"{prefix}Code/{prefix}Value"),
            fault.findtext(f"{prefix}Reason/{prefix}Text"),
        )
        detail = fault.find(f"{prefix}Detail")
    assert (said, reason) == (f"soap:{side}", code)
    (told,) = detail
    children = {etree.QName(child).localname: child.text for child in told}
    assert told.tag == f"{FAULT}Fault"
    assert children["Code"] == code
    assert children["Text"] and children["Incident"]
    return children
