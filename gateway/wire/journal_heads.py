"""SOAP header block of journal heads: written once for each offer, and read strictly.

The block is optional and never mandatory, so that other SOAP stacks leave it aside. It is read only
from partners that agreed on it. Source: schemas/journal-heads.xsd, docs/wire-contract.md.
"""

import re
from base64 import b64decode, b64encode
from functools import lru_cache

from lxml import etree

from gateway.exchange.ports import HeadOffer, HeadsWithPartner, SignedText
from gateway.wire.namespaces import JOURNAL_HEADS
from gateway.wire.soap_version import SoapVersion

MAX_BYTES = 1_024
"""Of a statement and of a signature."""
MAX_CERTIFICATE_CHARACTERS = 12_000

_BLOCK, _HEAD, _RECEIPT, _STATEMENT, _SIGNATURE, _CERTIFICATES = (
    f"{{{JOURNAL_HEADS}}}{name}"
    for name in ("JournalHeads", "Head", "Receipt", "Statement", "Signature", "Certificates")
)
_CHILDREN = ([_HEAD], [_HEAD, _RECEIPT])
_PARTS = [_STATEMENT, _SIGNATURE, _CERTIFICATES]
_HEADERS = tuple(f"{{{soap.value}}}Header" for soap in SoapVersion)
_PEM = re.compile(r"[A-Za-z0-9+/= \t\r\n-]+")
_WHITE = " \t\r\n"


@lru_cache(maxsize=64)
def written(offer: HeadOffer) -> bytes:
    """The block in UTF-8; empty where the certificates are longer than a block may carry."""
    parts = [("Head", offer.head), *([("Receipt", offer.receipt)] if offer.receipt else [])]
    if any(len(signed.certificates) > MAX_CERTIFICATE_CHARACTERS for _, signed in parts):
        return b""
    content = b"".join(_written(name, signed) for name, signed in parts)
    namespace = JOURNAL_HEADS.encode()
    return b'<jh:JournalHeads xmlns:jh="%b">%b</jh:JournalHeads>' % (namespace, content)


def _written(name: str, signed: SignedText) -> bytes:
    return b"<jh:%b>%b%b%b</jh:%b>" % (
        name.encode(),
        b"<jh:Statement>%b</jh:Statement>" % b64encode(signed.statement),
        b"<jh:Signature>%b</jh:Signature>" % b64encode(signed.signature),
        b"<jh:Certificates>%b</jh:Certificates>" % signed.certificates.strip(),
        name.encode(),
    )


def offered(heads: HeadsWithPartner | None) -> bytes:
    """The block for our next message to a partner; empty for a partner that did not agree on it."""
    offer = heads.offer() if heads else None
    return written(offer) if offer else b""


def take(envelope: etree._Element, heads: HeadsWithPartner, exchange_id: str) -> None:
    """Hand over what the header of a partner's message says of heads. Raises nothing.

    exchange_id: journal record of the message.
    """
    header = next(envelope.iterchildren(*_HEADERS), None)
    blocks = list(header.iterchildren(_BLOCK)) if header is not None else []
    if not blocks:
        return
    try:
        if len(blocks) > 1:
            raise ValueError("the header holds more than one block of journal heads")
        offer = read(blocks[0])
    except ValueError as error:
        heads.refuse(str(error), exchange_id)
        return
    heads.receive(offer, exchange_id)


def read(block: etree._Element) -> HeadOffer:
    """The content of a block. Raises ValueError for any other content than the schema allows."""
    children = [child.tag for child in block]
    if children not in _CHILDREN:
        raise ValueError("the block of journal heads holds another content than Head and Receipt")
    if any(element.attrib for element in block.iter()):
        raise ValueError("the block of journal heads carries an attribute")
    _require_blank(block)
    signed = [_signed(child) for child in block]
    return HeadOffer(signed[0], signed[1] if len(signed) > 1 else None)


def _signed(element: etree._Element) -> SignedText:
    if [child.tag for child in element] != _PARTS or any(len(child) for child in element):
        raise ValueError("a signed text holds Statement, Signature, Certificates, in this order")
    _require_blank(element)
    return _decoded(*(child.text or "" for child in element))


@lru_cache(maxsize=64)
def _decoded(statement: str, signature: str, certificates: str) -> SignedText:
    """Decoded once: a partner sends the same with many messages. Raises ValueError."""
    if not 0 < len(certificates) <= MAX_CERTIFICATE_CHARACTERS or not _PEM.fullmatch(certificates):
        raise ValueError("Certificates is not PEM of the length that is allowed")
    return SignedText(_bytes(statement), _bytes(signature), certificates.encode())


def _bytes(text: str) -> bytes:
    plain = text.strip(_WHITE)
    if len(plain) > 2 * MAX_BYTES:
        raise ValueError("Statement or Signature is longer than allowed")
    content = b64decode(plain, validate=True)
    if not 0 < len(content) <= MAX_BYTES:
        raise ValueError("Statement or Signature is empty or longer than allowed")
    return content


def _require_blank(element: etree._Element) -> None:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip(_WHITE) for text in texts):
        raise ValueError("the block of journal heads holds text between its elements")
