"""MTOM: attachments travel inline unless the caller asks for a package (contract, section 7)."""

from base64 import b64decode
from collections.abc import Callable

import pytest

from gateway.exchange.ports import Attachment
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.soap.endpoint import Answered, Endpoint, the_permit

SCAN = Attachment(
    "permit <scan> & stamp.pdf", b"%PDF-1.7\r\n--epix\r\n\x00\xff" + bytes(range(256))
)
LABEL = Attachment("", b"")
XOP = "{http://www.w3.org/2004/08/xop/include}Include"
ROOT_TYPE = {SOAP_11: "text/xml", SOAP_12: "application/soap+xml"}


def package(envelope: str, soap: str = SOAP_11, newline: str = "\r\n") -> bytes:
    """As CXF writes one."""
    return newline.join(
        [
            "",
            "--uuid:7b",
            f'Content-Type: application/xop+xml; charset=UTF-8; type="{ROOT_TYPE[soap]}"',
            "Content-Transfer-Encoding: binary",
            "Content-ID: <root.message@cxf.apache.org>",
            "",
            envelope,
            "--uuid:7b--",
            "",
        ]
    ).encode()


def package_type(soap: str = SOAP_11, **changes: str) -> str:
    parameters = {
        "type": "application/xop+xml",
        "boundary": "uuid:7b",
        "start": "<root.message@cxf.apache.org>",
        "start-info": ROOT_TYPE[soap],
        **changes,
    }
    return "multipart/related; " + "; ".join(
        f'{name}="{value}"' for name, value in parameters.items()
    )


@pytest.fixture
def archive(endpoint: Endpoint) -> Endpoint:
    endpoint.backend.attachments = (SCAN, LABEL)
    return endpoint


def attachments(answer: Answered, content: Callable[[str | None], bytes]) -> list[Attachment]:
    return [
        Attachment(each.findtext("AttachmentName"), content(each.findtext("AttachmentContent")))
        for each in answer.content.findall("Attachments")
    ]


@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/xml, multipart/related;q=0", "multipart/mixed"]
)
def test_attachments_stand_inline_unless_a_package_is_asked_for(
    archive: Endpoint, accept: str
) -> None:
    answer = archive.post(archive.plain(), accept=accept)
    assert not answer.parts
    assert attachments(answer, lambda text: b64decode(text or "", validate=True)) == [SCAN, LABEL]
    assert [child.tag for child in answer.content] == [
        "CBFShip",
        "Attachments",
        "Attachments",
        "Composite",
    ]


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_who_accepts_a_package_gets_each_attachment_as_a_part(archive: Endpoint, soap: str) -> None:
    answer = archive.post(
        archive.plain(soap),
        ROOT_TYPE[soap],
        accept='multipart/related; type="application/xop+xml", text/xml;q=0.5',
    )
    references = [include.get("href").removeprefix("cid:") for include in answer.root.iter(XOP)]
    assert [answer.parts[reference] for reference in references] == [SCAN.content, LABEL.content]
    assert answer.permit("v1") == the_permit("v1")


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_who_sends_a_package_gets_a_package(archive: Endpoint, soap: str) -> None:
    answer = archive.post(package(archive.plain(soap), soap), package_type(soap))
    assert answer.permit("v1") == the_permit("v1")
    assert len(answer.parts) == 3
    assert answer.soap == soap


def test_a_package_as_dotnet_writes_it(archive: Endpoint) -> None:
    body = (
        "--uuid:a+id=1\r\nContent-ID: <http://tempuri.org/0>\r\nContent-Transfer-Encoding: 8bit\r\n"
        'Content-Type: application/xop+xml;charset=utf-8;type="application/soap+xml; '
        'action=\\"urn:GetNonFinalCitesCertificate\\""\r\n\r\n'
        + archive.plain(SOAP_12)
        + "\r\n--uuid:a+id=1--"
    )
    media = (
        "multipart/related;"
        ' type="application/xop+xml";start="<http://tempuri.org/0>";boundary="uuid:a+id=1";start-info="application/soap+xml"'
    )
    assert archive.post(body, media).permit("v1") == the_permit("v1")


def test_a_fault_never_travels_in_a_package(archive: Endpoint) -> None:
    answer = archive.post(package(archive.envelope("<v:Nothing/>")), package_type())
    assert answer.refuses("InvalidRequest")
    assert not answer.parts
