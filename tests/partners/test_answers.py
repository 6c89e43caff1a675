"""Answers of partners are read in any wrapper (wire contract, sections 4, 7, 9, 11.2)."""

from collections.abc import Callable

import pytest
from lxml import etree

import wsdl
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.exchange.ports import Attachment, PartnerConfirmation, PartnerReply, PartnerState
from tests.partners.partner_cases import ENVELOPES, NUMBER, TOKEN, envelope, sample
from tests.partners.partner_server import says

PHOTO = b"\xff\xd8\xff\xe0\x00\x10"
ROOT = {"v1": "CBFShip", "v2": "CITESEPermit"}


def ask(client: object) -> PartnerReply:
    return client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)  # type: ignore[attr-defined, no-any-return]


def number_in(document: bytes) -> str:
    """Box 1, read without any knowledge of prefixes."""
    return str(
        etree.fromstring(document).xpath("string(//*[local-name()='HeaderExchangedDocument']/*[1])")
    )


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_permit_comes_with_attachment_and_composite(asking: Callable, version: str) -> None:
    client, _ = asking(f"partner_{version}_permit.xml", version=version)
    reply = ask(client)
    assert etree.fromstring(reply.document).tag == ROOT[version]
    assert number_in(reply.document) == "ZA26EX000417"
    assert (reply.version, reply.attachments, reply.composite) == (
        version,
        (Attachment("photo.jpg", PHOTO),),
        False,
    )


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_our_own_envelopes_are_of_the_contract(version: str) -> None:
    definitions = etree.parse(wsdl.directory() / f"epix-{version}.wsdl")
    schema = etree.XMLSchema(definitions.find(".//{http://www.w3.org/2001/XMLSchema}schema"))
    (answer,) = etree.parse(ENVELOPES / f"partner_{version}_permit.xml").getroot()[0]
    assert schema.validate(answer), schema.error_log


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_soap_12_answers_are_read_alike(asking: Callable, version: str) -> None:
    client, _ = asking(
        says(envelope(f"partner_{version}_permit_soap12.xml"), content_type="application/soap+xml"),
        soap="1.2",
        version=version,
    )
    assert ask(client).version == version


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_real_partners_answer_is_read_whole(asking: Callable, version: str) -> None:
    client, _ = asking(says(sample(version)), version=version)
    reply = ask(client)
    original = etree.fromstring(sample(version)).find(f".//{ROOT[version]}")
    assert etree.tostring(etree.fromstring(reply.document), method="c14n") == etree.tostring(
        original, method="c14n", with_tail=False
    )
    assert number_in(reply.document) == "XA000000"
    announced = {
        "v1": (Attachment("Test.pdf", b""),),
        "v2": (),
    }  # both hold a placeholder, one with a name
    assert (reply.attachments, reply.composite) == (announced[version], False)


def test_the_prefixes_of_another_producer_mean_nothing(asking: Callable) -> None:
    client, _ = asking("partner_v2_jaxb.xml")
    reply = ask(client)
    assert (number_in(reply.document), reply.composite) == ("ZA26EX000417", True)


def test_the_permit_is_found_in_another_wrapper_and_namespace(asking: Callable) -> None:
    client, _ = asking("partner_other_wrapper.xml", version="v1")
    reply = ask(client)
    assert (reply.version, reply.composite) == ("v1", None)
    assert etree.fromstring(reply.document).tag == "{urn:example:other-dialect}CBFShip"


def test_the_version_is_the_one_that_came_not_the_one_expected(asking: Callable) -> None:
    client, _ = asking("partner_v1_permit.xml", version="v2")
    assert ask(client).version == "v1"


def test_a_relayed_answer_as_application_xml_is_read(asking: Callable) -> None:
    client, _ = asking(says(envelope("partner_v1_permit.xml"), content_type="application/xml"))
    assert ask(client).version == "v1"


def test_an_answer_without_media_type_is_read(asking: Callable) -> None:
    client, _ = asking(says(envelope("partner_v2_permit.xml"), content_type=None))
    assert ask(client).version == "v2"


def test_placeholders_and_empty_attachments_hold_nothing(asking: Callable) -> None:
    client, _ = asking("partner_placeholder_attachments.xml")
    reply = ask(client)
    assert reply.attachments == (Attachment("scan.pdf", b""),)
    assert reply.composite is None


def test_comments_and_cdata_inside_a_value_cut_nothing_off(asking: Callable) -> None:
    client, _ = asking("partner_commented_values.xml")
    assert ask(client).attachments == (Attachment("photo.jpg", PHOTO),)


def test_headers_meant_for_others_do_not_matter(asking: Callable) -> None:
    client, _ = asking("partner_header_for_others.xml")
    assert ask(client).version == "v2"


@pytest.mark.parametrize(
    ("encoding", "media_type"),
    [
        ("utf-8", "text/xml"),
        ("utf-8-sig", "text/xml"),
        ("utf-8-sig", "text/xml; charset=iso-8859-1"),
        ("utf-16", "text/xml"),
        ("iso-8859-1", "text/xml; charset=ISO-8859-1"),
        ("cp1250", 'text/xml; charset="windows-1250"'),
    ],
)
def test_every_common_encoding_is_read_by_mark_declaration_or_charset(
    asking: Callable, encoding: str, media_type: str
) -> None:
    text = envelope("partner_v2_permit.xml").decode().replace("photo.jpg", "Größe.jpg")
    undeclared = text.replace('<?xml version="1.0" encoding="UTF-8"?>\n', "")
    client, _ = asking(says(undeclared.encode(encoding), content_type=media_type))
    assert ask(client).attachments[0].name == "Größe.jpg"


def test_a_declared_encoding_goes_before_the_charset(asking: Callable) -> None:
    text = (
        envelope("partner_v2_permit.xml")
        .decode()
        .replace("photo.jpg", "Größe.jpg")
        .replace("UTF-8", "ISO-8859-1")
    )
    client, _ = asking(says(text.encode("iso-8859-1"), content_type="text/xml; charset=utf-8"))
    assert ask(client).attachments[0].name == "Größe.jpg"


def test_a_chunked_answer_is_read(asking: Callable) -> None:
    body = envelope("partner_v2_permit.xml")

    def answer(handler) -> None:  # type: ignore[no-untyped-def]
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for begin in range(0, len(body), 700):
            piece = body[begin : begin + 700]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    client, _ = asking(answer)
    assert ask(client).version == "v2"


# ConfirmQuantities and ServiceState


def confirm(client: object) -> PartnerConfirmation:
    return client.confirm(NUMBER, TOKEN, [SeenQuantity("A", "5")])  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("name", "state", "confirmation_id"),
    [
        ("partner_confirmed.xml", "CONFIRMED", "0198-77"),
        ("partner_confirmed_empty.xml", None, None),
        ("partner_confirmed_otherwise.xml", None, None),
    ],
)
def test_any_answer_without_a_fault_confirms(
    asking: Callable, name: str, state: str | None, confirmation_id: str | None
) -> None:
    client, _ = asking(name)
    assert confirm(client) == PartnerConfirmation(state, confirmation_id)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("partner_state.xml", PartnerState("DEGRADED", "4.2", "2026-03-02T09:30:00+02:00")),
        ("partner_state_empty.xml", PartnerState(None, None, None)),
        ("partner_confirmed_otherwise.xml", PartnerState(None, None, None)),
    ],
)
def test_any_answer_without_a_fault_means_up(
    asking: Callable, name: str, state: PartnerState
) -> None:
    client, _ = asking(name)
    assert client.state() == state
