"""Class: DTD, entities, external references. Any DOCTYPE is refused; nothing is ever fetched."""

import re
import socket
from pathlib import Path

import pytest

from gateway.soap.reading import xml
from tests.soap.endpoint import NUMBER, Endpoint, the_permit

DOCTYPES = {
    "empty": "<!DOCTYPE x>",
    "of the root": "<!DOCTYPE s:Envelope [ ]>",
    "after comment": "<!-- c --><!DOCTYPE x>",
    "after instruction": "<?p <!-- ?>\n\t<!DOCTYPE x>",
    "after white space": "\r\n \t<!DOCTYPE x>",
    "internal": '<!DOCTYPE x [<!ENTITY a "MZ26EX000001">]>',
    "external system": '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    "external public": '<!DOCTYPE x PUBLIC "-//X//EN" "http://127.0.0.1:9/x.dtd">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    "laughs": (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        + "".join(
            f'<!ENTITY {chr(c + 1)} "{f"&{chr(c)};" * 10}">' for c in range(ord("b"), ord("m"))
        )
        + "]>"
    ),
    "default attribute": '<!DOCTYPE x [<!ATTLIST CertificateNumber a CDATA "b">]>',
}
CODECS = {"utf-8": b"", "utf-8-sig": b"", "utf-16": b"", "utf-16-be": b"\xfe\xff", "latin-1": b""}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES.keys())
@pytest.mark.parametrize("reference", ["", "&a;", "&b;", "&m;"])
def test_a_doctype_is_refused_before_anything_in_it_is_read(
    endpoint: Endpoint, doctype: str, codec: str, reference: str
) -> None:
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>' if codec == "latin-1" else ""
    sent = endpoint.envelope(
        endpoint.request(number=f"<CertificateNumber>{NUMBER}{reference}</CertificateNumber>")
    )
    answer = endpoint.post(CODECS[codec] + f"{declared}{doctype}{sent}".encode(codec), "text/xml")
    assert answer.refuses("InvalidRequest", "document type declaration")


@pytest.mark.parametrize(
    "reference",
    [
        "&a;",
        "&nbsp;",
        "&xxe;",
        "&#0;",
        "&#x1F;",
        "&#xD800;",
        "&#xFFFE;",
        "&#1114112;",
        "&#x110000;",
        "&amp",
        "&",
        "&;",
        "&#;",
        "&#x;",
        "&lt",
    ],
)
def test_a_value_is_never_cut_at_a_reference_that_means_nothing(
    endpoint: Endpoint, reference: str
) -> None:
    for sent in (
        endpoint.request(number=f"<CertificateNumber>{NUMBER}{reference}</CertificateNumber>"),
        endpoint.request(attributes=f' xsi:schemaLocation="{reference}"'),
    ):
        assert endpoint.post(endpoint.envelope(sent)).refuses("InvalidRequest", "well-formed")
    assert not endpoint.backend.asked


def test_a_doctype_that_is_only_text_is_no_doctype(endpoint: Endpoint) -> None:
    sent = endpoint.envelope(
        endpoint.request(), "<t:x xmlns:t='urn:t'><![CDATA[<!DOCTYPE x>]]></t:x>"
    )
    assert endpoint.post("<!-- <!DOCTYPE x> -->" + sent).permit("v1") == the_permit("v1")


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES.keys())
def test_a_doctype_that_slipped_past_the_first_look_is_refused_all_the_same(
    endpoint: Endpoint, doctype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as blind:
        blind.setattr(xml, "_BEFORE_ROOT", re.compile(b"never"))
        assert endpoint.post(doctype + endpoint.plain()).refuses("InvalidRequest")
    assert not endpoint.backend.asked


@pytest.mark.slow
@pytest.mark.parametrize(
    "attribute",
    [
        'xsi:schemaLocation="urn:CitesDataExchange/v1/ {0}"',
        'xsi:noNamespaceSchemaLocation="{0}"',
        'xml:base="{0}"',
    ],
)
def test_no_location_in_a_message_is_ever_fetched(endpoint: Endpoint, attribute: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x.xsd"
        sent = endpoint.envelope(endpoint.request()).replace(
            "<s:Envelope", f"<s:Envelope {attribute.format(address)}"
        )
        endpoint.post(f'<?xml-stylesheet href="{address}"?>{sent}')
        endpoint.post(
            endpoint.envelope(endpoint.request(attributes=" " + attribute.format(address)))
        )
        endpoint.post(
            endpoint.envelope(
                f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{address}"/>'
            )
        )
        endpoint.post(
            endpoint.envelope(
                endpoint.request(
                    number=f"<CertificateNumber {attribute.format(address)}>x</CertificateNumber>"
                )
            )
        )
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_schema_named_in_the_message_never_replaces_ours(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    schema = tmp_path / "anything.xsd"
    schema.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        ' targetNamespace="urn:CitesDataExchange/v1/"><xs:element'
        ' name="GetFinalCertificateRequest"/></xs:schema>'
    )
    location = f' xsi:schemaLocation="urn:CitesDataExchange/v1/ {schema.as_uri()}"'
    sent = endpoint.envelope(
        f"<v:GetFinalCertificateRequest{location}><Anything/></v:GetFinalCertificateRequest>"
    )
    assert endpoint.post(sent).refuses("InvalidRequest")
    assert endpoint.post(endpoint.envelope(endpoint.request(attributes=location))).permit(
        "v1"
    ) == the_permit("v1")


def test_an_xinclude_is_an_unknown_element(endpoint: Endpoint) -> None:
    include = (
        '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    )
    sent = endpoint.envelope(
        endpoint.request(number=f"<CertificateNumber>{include}</CertificateNumber>")
    )
    assert endpoint.post(sent).refuses("InvalidRequest", "CertificateNumber")
