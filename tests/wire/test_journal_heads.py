"""Header block of journal heads: written as the schema says, and read no wider than it."""

from base64 import b64encode

import pytest
from lxml import etree

import schemas
from gateway.exchange.ports import HeadOffer, SignedText
from gateway.wire.journal_heads import (
    MAX_BYTES,
    MAX_CERTIFICATE_CHARACTERS,
    offered,
    read,
    take,
    written,
)
from gateway.wire.namespaces import JOURNAL_HEADS, SOAP_11, SOAP_12

PEM = b"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"
HEAD = SignedText(b'{"v":1}', b"\x00\xff", PEM)
RECEIPT = SignedText(b'{"v":2}', b"\x01", PEM)
SCHEMA = etree.XMLSchema(etree.parse(schemas.directory() / "journal-heads.xsd"))


class Heads:
    """The port `HeadsWithPartner`; keeps what it is told."""

    def __init__(self, offer: HeadOffer | None = None) -> None:
        self.said, self.taken, self.refused = offer, [], []

    def offer(self) -> HeadOffer | None:
        return self.said

    def receive(self, offer: HeadOffer, exchange_id: str) -> None:
        self.taken.append((offer, exchange_id))

    def refuse(self, reason: str, exchange_id: str) -> None:
        self.refused.append((reason, exchange_id))


def valid(block: bytes) -> bool:
    return bool(SCHEMA.validate(etree.fromstring(block)))


def as_block(content: str, attributes: str = "") -> bytes:
    return f'<JournalHeads xmlns="{JOURNAL_HEADS}"{attributes}>{content}</JournalHeads>'.encode()


def a_text(
    name: str = "Head",
    statement: str = "e30=",
    signature: str = "AA==",
    certificates: str = PEM.decode(),
) -> str:
    return (
        f"<{name}><Statement>{statement}</Statement><Signature>{signature}</Signature>"
        f"<Certificates>{certificates}</Certificates></{name}>"
    )


def in_base64(length: int) -> str:
    return b64encode(b"x" * length).decode()


@pytest.mark.parametrize("offer", [HeadOffer(HEAD, None), HeadOffer(HEAD, RECEIPT)])
def test_what_is_written_is_valid_and_is_read_back(offer: HeadOffer) -> None:
    block = written(offer)
    assert valid(block)
    assert b"mustUnderstand" not in block
    assert read(etree.fromstring(block)) == offer
    assert written(offer) is block, "written once"


GOOD = {
    "head alone": a_text(),
    "both": a_text() + a_text("Receipt"),
    "white space": f"\n {a_text()}\n\t{a_text('Receipt')} ",
    "the longest": a_text(
        statement=in_base64(MAX_BYTES),
        signature=in_base64(MAX_BYTES),
        certificates="A" * MAX_CERTIFICATE_CHARACTERS,
    ),
}
HOSTILE = {
    "nothing": "",
    "receipt alone": a_text("Receipt"),
    "two heads": a_text() + a_text(),
    "another order": a_text("Receipt") + a_text(),
    "one more": a_text() + a_text("Receipt") + a_text("Receipt"),
    "unknown child": a_text() + "<Other/>",
    "text between": a_text() + "x",
    "text inside": a_text().replace("<Head>", "<Head>x"),
    "no signature": "<Head><Statement>e30=</Statement></Head>",
    "empty statement": a_text(statement=""),
    "empty signature": a_text(signature=""),
    "cut base64": a_text(signature="e30"),
    "statement too long": a_text(statement=in_base64(MAX_BYTES + 1)),
    "signature too long": a_text(signature=in_base64(MAX_BYTES + 1)),
    "certificates too long": a_text(certificates="A" * (MAX_CERTIFICATE_CHARACTERS + 1)),
    "no certificates": a_text(certificates=""),
    "element in a value": a_text(statement="<a/>"),
    "attribute": a_text().replace("<Head>", '<Head a="1">'),
    "attribute of a value": a_text().replace("<Signature>", '<Signature a="1">'),
    "another namespace": a_text().replace("<Head>", '<Head xmlns="urn:other">'),
}
BEYOND_THE_SCHEMA = {
    "no base64": a_text(statement="?e30="),  # libxml2 is wider here than XML Schema
    "no PEM": a_text(certificates="\u202e\u0000".replace("\u0000", "x")),
    "markup as certificates": a_text(certificates="&lt;script&gt;"),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_what_the_schema_allows_is_read(content: str) -> None:
    assert valid(as_block(content))
    assert read(etree.fromstring(as_block(content)))


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_the_schema_refuses_is_refused(content: str) -> None:
    assert not valid(as_block(content))
    with pytest.raises(ValueError, match=r"\w"):
        read(etree.fromstring(as_block(content)))


@pytest.mark.parametrize("content", BEYOND_THE_SCHEMA.values(), ids=BEYOND_THE_SCHEMA)
def test_what_the_parser_of_schemas_lets_pass_is_refused_too(content: str) -> None:
    with pytest.raises(ValueError, match=r"PEM|base64"):
        read(etree.fromstring(as_block(content)))


def envelope(blocks: bytes, soap: str = SOAP_11) -> etree._Element:
    return etree.fromstring(
        b'<s:Envelope xmlns:s="%b"><s:Header>%b</s:Header><s:Body/></s:Envelope>'
        % (soap.encode(), blocks)
    )


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_a_block_is_found_in_the_header(soap: str) -> None:
    heads = Heads()
    take(envelope(written(HeadOffer(HEAD, None)), soap), heads, "exchange-1")
    assert heads.taken == [(HeadOffer(HEAD, None), "exchange-1")]
    assert heads.refused == []


def test_what_is_malformed_is_handed_on_as_refused() -> None:
    for blocks in (as_block(""), as_block(a_text()) * 2, as_block(a_text(), ' a="1"')):
        heads = Heads()
        take(envelope(blocks), heads, "exchange-1")
        assert heads.taken == []
        assert len(heads.refused) == 1


def test_other_blocks_and_other_places_are_left_aside() -> None:
    heads = Heads()
    take(envelope(b'<o:Other xmlns:o="urn:other">%b</o:Other>' % as_block(a_text())), heads, "1")
    take(etree.fromstring(f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body/></s:Envelope>'), heads, "1")
    assert heads.taken == heads.refused == []


def test_nothing_is_offered_without_agreement_head_or_room() -> None:
    long = SignedText(b"{}", b"x", b"A" * (MAX_CERTIFICATE_CHARACTERS + 1))
    assert offered(None) == offered(Heads()) == offered(Heads(HeadOffer(long, None))) == b""
    assert offered(Heads(HeadOffer(HEAD, long))) == b""
    assert offered(Heads(HeadOffer(HEAD, RECEIPT)))
