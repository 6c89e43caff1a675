"""Class: envelope structure and contract.

Exactly Envelope, optional first Header, one Body with one known element.
"""

import pytest

from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.soap.endpoint import NUMBER, Endpoint

both = pytest.mark.parametrize("soap", [SOAP_11, SOAP_12], ids=["1.1", "1.2"])


def envelope(inside: str, soap: str, attributes: str = "") -> str:
    return (
        f'<s:Envelope xmlns:s="{soap}"'
        f' xmlns:v="urn:CitesDataExchange/v1/"{attributes}>{inside}</s:Envelope>'
    )


REQUEST = (
    "<v:GetFinalCertificateRequest>"
    f"<CertificateNumber>{NUMBER}</CertificateNumber></v:GetFinalCertificateRequest>"
)
BODY = f"<s:Body>{REQUEST}</s:Body>"
STRUCTURES = {
    "no body": "<s:Header/>",
    "nothing": "",
    "empty body": "<s:Body/>",
    "blank body": "<s:Body> \n </s:Body>",
    "two bodies": BODY + BODY,
    "header after body": BODY + "<s:Header/>",
    "two headers": "<s:Header/><s:Header/>" + BODY,
    "something before body": "<x:Other xmlns:x='urn:x'/>" + BODY,
    "something after body": BODY + "<x:Other xmlns:x='urn:x'/>",
    "unqualified body": BODY.replace("s:Body", "Body"),
    "body of another namespace": BODY.replace("s:Body", "v:Body"),
    "body in other case": BODY.replace("s:Body", "s:body"),
    "two requests": BODY.replace("</s:Body>", "<v:ServiceStateRequest/></s:Body>"),
    "two requests, one foreign": BODY.replace("</s:Body>", "<x:y xmlns:x='urn:x'/></s:Body>"),
    "text in envelope": "text" + BODY,
    "text after body": BODY + "text",
    "text in body": BODY.replace("<s:Body>", "<s:Body>text"),
    "text after request": BODY.replace("</s:Body>", "text</s:Body>"),
    "text in header": "<s:Header>text</s:Header>" + BODY,
    "no-break space in body": BODY.replace("<s:Body>", "<s:Body>\u00a0"),
    "fault as request": "<s:Body><s:Fault><faultcode>s:Client</faultcode></s:Fault></s:Body>",
    "answer as request": "<s:Body><v:ServiceStateResponse/></s:Body>",
    "envelope in body": "<s:Body><s:Envelope>" + BODY + "</s:Envelope></s:Body>",
    "unknown operation": "<s:Body><v:DeletePermitRequest/></s:Body>",
    "no suffix": BODY.replace("CertificateRequest", "Certificate"),
    "unqualified request": BODY.replace("v:GetFinal", "GetFinal"),
    "request of the hub": (
        "<s:Body><h:GetFinalCitesCertificate xmlns:h='urn:CitesDataExchange'/></s:Body>"
    ),
    "attribute on body": BODY.replace("<s:Body>", "<s:Body id='x'>"),
    "soap attribute on body": BODY.replace("<s:Body>", "<s:Body s:mustUnderstand='1'>"),
    "request wrapped": "<s:Body><x:multi xmlns:x='urn:x'>" + REQUEST + "</x:multi></s:Body>",
}


@both
@pytest.mark.parametrize("inside", STRUCTURES.values(), ids=STRUCTURES.keys())
def test_a_broken_envelope_is_refused(endpoint: Endpoint, inside: str, soap: str) -> None:
    assert endpoint.post(
        envelope(inside, soap), "application/soap+xml" if soap == SOAP_12 else "text/xml"
    ).refuses("InvalidRequest")
    assert not endpoint.backend.asked


WITH_HEADER = (
    "<s:Header><x:Block xmlns:x='urn:x'>as it likes</x:Block></s:Header>"
    "<s:Body><v:ServiceStateRequest><IsoCountryCode>MZ</IsoCountryCode></v:ServiceStateRequest></s:Body>"
)
BETWEEN = ["<s:Header>", "<x:Block xmlns:x='urn:x'>", "</s:Header>", "<s:Body>", "</s:Body>"]
"""Before each of them stands a place of the envelope's own, where only white space may be."""


@both
@pytest.mark.parametrize("tag", [*BETWEEN, ""], ids=[*BETWEEN, "at the end"])
def test_text_between_the_tags_of_an_envelope_of_known_structure_is_refused(
    endpoint: Endpoint, tag: str, soap: str
) -> None:
    media = "application/soap+xml" if soap == SOAP_12 else "text/xml"
    for _ in range(2):  # learnt at the first, known at the second
        assert endpoint.post(envelope(WITH_HEADER, soap), media).status == 200
    asked = len(endpoint.backend.asked)
    broken = WITH_HEADER.replace(tag, f"text{tag}") if tag else f"{WITH_HEADER}text"
    assert endpoint.post(envelope(broken, soap), media).refuses(
        "InvalidRequest", "text between its elements"
    )
    assert len(endpoint.backend.asked) == asked
    assert (
        endpoint.post(envelope(WITH_HEADER.replace("as it", "what it"), soap), media).status == 200
    )


@both
def test_a_fault_is_told_that_it_is_no_request(endpoint: Endpoint, soap: str) -> None:
    assert endpoint.post(envelope(STRUCTURES["fault as request"], soap)).refuses(
        "InvalidRequest", "Fault is not a request"
    )


@both
@pytest.mark.parametrize("attribute", [" id='x'", " s:encodingStyle=''", " s:mustUnderstand='1'"])
def test_an_envelope_carries_no_attribute_of_soap_or_without_namespace(
    endpoint: Endpoint, attribute: str, soap: str
) -> None:
    assert endpoint.post(envelope(BODY, soap, attribute), "text/xml").refuses("InvalidRequest")


@pytest.mark.parametrize("root", ["Body", "html", "Fault", "envelope"])
def test_only_an_envelope_is_a_message(endpoint: Endpoint, root: str) -> None:
    assert endpoint.post(
        f'<s:{root} xmlns:s="{SOAP_11}" xmlns:v="urn:CitesDataExchange/v1/">{BODY}</s:{root}>'
    ).refuses("InvalidRequest", "not a SOAP Envelope")


@pytest.mark.parametrize(
    "namespace",
    [
        "",
        "urn:x",
        "http://schemas.xmlsoap.org/soap/envelope",
        SOAP_11.upper(),
        "http://www.w3.org/2001/12/soap-envelope",
        "http://www.w3.org/2003/05/soap-envelope/",
    ],
)
def test_a_foreign_envelope_is_a_version_mismatch(endpoint: Endpoint, namespace: str) -> None:
    declared = f'xmlns="{namespace}"'
    answer = endpoint.post(f"<Envelope {declared}><Body><x/></Body></Envelope>")
    assert answer.refuses("VersionMismatch")
    assert answer.side == "VersionMismatch"


STATE = "<s:Body><v:ServiceStateRequest/></s:Body>"
MIXED = {
    "body": "<o:Body><v:ServiceStateRequest/></o:Body>",
    "header": f"<o:Header/>{STATE}",
    "block": f"<s:Header><o:Upgrade/></s:Header>{STATE}",
    "inside a block": f"<s:Header><v:b><o:Body/></v:b></s:Header>{STATE}",
    "attribute of a block": f'<s:Header><v:b o:mustUnderstand="0"/></s:Header>{STATE}',
    "attribute of the body": '<s:Body o:role=""><v:ServiceStateRequest/></s:Body>',
    "fault": "<s:Body><o:Fault/></s:Body>",
}


@pytest.mark.parametrize(
    ("soap", "other"), [(SOAP_11, SOAP_12), (SOAP_12, SOAP_11)], ids=["1.1", "1.2"]
)
@pytest.mark.parametrize("message", MIXED.values(), ids=MIXED.keys())
def test_parts_of_both_soaps_are_never_mixed(
    endpoint: Endpoint, message: str, soap: str, other: str
) -> None:
    answer = endpoint.post(envelope(message, soap, f' xmlns:o="{other}"'))
    assert answer.refuses("InvalidRequest")
    assert answer.soap == soap


CONTRACT = {
    "qualified child": ("<v:CertificateNumber>x</v:CertificateNumber>", "", ""),
    "number missing": ("", "", ""),
    "number twice": (
        "<CertificateNumber>a</CertificateNumber><CertificateNumber>b</CertificateNumber>",
        "",
        "",
    ),
    "token twice": (
        "<CertificateNumber>a</CertificateNumber>",
        "<TokenId>a</TokenId><TokenId>b</TokenId>",
        "",
    ),
    "token before number": ("<TokenId>a</TokenId><CertificateNumber>a</CertificateNumber>", "", ""),
    "country before token": (
        "<CertificateNumber>a</CertificateNumber>",
        "<IsoCountryCode>MZ</IsoCountryCode><TokenId>a</TokenId>",
        "",
    ),
    "unknown child": ("<CertificateNumber>a</CertificateNumber>", "<Admin>true</Admin>", ""),
    "number with child": ("<CertificateNumber>a<b>c</b></CertificateNumber>", "", ""),
    "number nil": ('<CertificateNumber xsi:nil="true"/>', "", ""),
    "country nil": (
        "<CertificateNumber>a</CertificateNumber>",
        "",
        '<IsoCountryCode xsi:nil="true"/>',
    ),
    "nil with content": (
        "<CertificateNumber>a</CertificateNumber>",
        '<TokenId xsi:nil="true">x</TokenId>',
        "",
    ),
    "nil of no boolean": (
        "<CertificateNumber>a</CertificateNumber>",
        '<TokenId xsi:nil="maybe"/>',
        "",
    ),
    "unknown attribute": ("<CertificateNumber role='admin'>a</CertificateNumber>", "", ""),
    "foreign attribute": ("<CertificateNumber v:x='1'>a</CertificateNumber>", "", ""),
    "text between": ("<CertificateNumber>a</CertificateNumber>text", "", ""),
    "other type": ("<CertificateNumber xsi:type='xs:int'>1</CertificateNumber>", "", ""),
    "unknown type": ("<CertificateNumber xsi:type='v:Nothing'>1</CertificateNumber>", "", ""),
    "unbound type": ("<CertificateNumber xsi:type='zz:string'>1</CertificateNumber>", "", ""),
    "complex type": (
        "<CertificateNumber xsi:type='v:AttachmentType'>1</CertificateNumber>",
        "",
        "",
    ),
    "name in other case": ("<certificateNumber>a</certificateNumber>", "", ""),
    "empty number": ("<CertificateNumber/>", "", ""),
    "blank number": ("<CertificateNumber> \n\t </CertificateNumber>", "", ""),
    "empty country": ("<CertificateNumber>a</CertificateNumber>", "", "<IsoCountryCode/>"),
}


@pytest.mark.parametrize(("number", "token", "country"), CONTRACT.values(), ids=CONTRACT.keys())
@pytest.mark.parametrize(
    "operation", ["GetNonFinalCitesCertificate", "GetFinalCertificate", "GetFinalCitesCertificate"]
)
def test_what_the_schema_does_not_know_is_refused(
    endpoint: Endpoint, operation: str, number: str, token: str, country: str
) -> None:
    sent = endpoint.envelope(
        endpoint.request(operation, number=number, token=token, country=country)
    )
    assert endpoint.post(sent).refuses("InvalidRequest")
    assert endpoint.post(
        sent.replace("urn:CitesDataExchange/v1/", "urn:CitesDataExchange/v2/")
    ).refuses("InvalidRequest")


@pytest.mark.parametrize(
    "kind", ["v:ConfirmQuantitiesRequestType", "v:ServiceStateRequestType", "xs:anyType"]
)
def test_a_request_cannot_be_turned_into_another_by_its_type(endpoint: Endpoint, kind: str) -> None:
    sent = endpoint.envelope(endpoint.request(attributes=f' xsi:type="{kind}"'))
    assert endpoint.post(sent).refuses("InvalidRequest")
