"""Checks of the permit in an answer: number, schema, box 14, attachments.

The schema is judged in two ways. Strictly, as our own documents are; and leniently, after what
section 4.2 of the wire contract allows was taken out: empty elements and attributes `?`. So a
partner sees what stops readers, apart from what only is not tidy.
"""

from copy import deepcopy
from decimal import Decimal, InvalidOperation
from functools import cache

from lxml import etree

import wsdl
from gateway.conformance.answers import box_14_of, elements, local_name, text_at
from gateway.conformance.checks.envelope import first_error
from gateway.conformance.checks.verdicts import (
    NotApplicable,
    answer_in,
    permit_in,
    require_contract,
)
from gateway.conformance.exchange import Judged
from gateway.domain.white_space import trimmed
from gateway.wire.namespaces import XSD
from gateway.wire.xml_parser import hardened_parser
from schemas import VERSION_BY_ROOT


def number(judged: Judged, _expected: object) -> str | None:
    """The permit is the one that was asked for."""
    found = text_at(permit_in(judged), "HeaderExchangedDocument", "ID")
    assert judged.permit is not None  # noqa: S101  # only cases with a permit name this check
    if found != judged.permit.number:
        return "The permit in the answer has another number than the one that was asked for."
    return None


def unqualified_children(judged: Judged, _expected: object) -> str | None:
    """Children of the message have no namespace, as the contract has it."""
    require_contract(judged)
    answer = answer_in(judged)
    qualified = [local_name(each) for each in elements(answer.content) if _is_qualified(each)]
    if qualified:
        return f"{', '.join(qualified[:5])}: stands in a namespace, where none belongs."
    return None


def _is_qualified(element: etree._Element) -> bool:
    return etree.QName(element).namespace is not None


def valid(judged: Judged, way: str) -> str | None:
    """The answer is valid against the schema. way: `strictly` or `leniently`."""
    if judged.endpoint.speech.is_contract:
        found, schema = answer_in(judged).content, service_schema(judged.endpoint.version.name)
    else:
        found = permit_in(judged)
        schema = document_schema(local_name(found))
    content = deepcopy(found)
    if way == "leniently":
        _tidy(content)
    if schema.validate(content):
        return None
    return f"The answer is not valid against the schema: {first_error(schema)}"


def _tidy(element: etree._Element) -> None:
    """Take out what means absent: attributes `?`, then empty elements, the deepest first."""
    for name, value in list(element.attrib.items()):
        if str(value) == "?":
            del element.attrib[name]
    for child in elements(element):
        _tidy(child)
        is_empty = len(child) == 0 and not trimmed(child.text or "")
        if is_empty and local_name(child) != "AttachmentName":
            element.remove(child)


def box_14(judged: Judged, _expected: object) -> str | None:
    """Each line of the permit has a quantity in box 14."""
    without = [letter for letter, seen in box_14_of(permit_in(judged)).items() if not seen]
    if without:
        return f"Box 14 has no quantity for line {', '.join(without[:10])}."
    return None


def confirmed_in_box_14(judged: Judged, case: str) -> str | None:
    """Box 14 holds what another case confirmed, as decimal numbers."""
    confirmation = judged.earlier.get(case)
    if confirmation is None or not confirmation.confirmed:
        raise NotApplicable("Nothing was confirmed before.")
    found = box_14_of(permit_in(judged))
    for letter, quantity in confirmation.confirmed:
        if _decimal(found.get(letter, "")) != _decimal(quantity):
            return f"Box 14 of line {letter} is {found.get(letter) or 'empty'}, not {quantity}."
    return None


def attachment(judged: Judged, _expected: object) -> str | None:
    """There is an attachment beside the seal, with a name and with bytes."""
    files = [each for each in elements(answer_in(judged).content) if local_name(each) == _FILE]
    named = [each for each in files if text_at(each, "AttachmentContent")]
    if not named:
        return "The answer holds no attachment with bytes in it."
    return None


_FILE = "Attachments"


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


@cache
def document_schema(root: str) -> etree.XMLSchema:
    """The schema of a permit that stands alone. root: its local name."""
    return etree.XMLSchema(etree.parse(str(VERSION_BY_ROOT[root].document_schema)))


@cache
def service_schema(version: str) -> etree.XMLSchema:
    """The schema of the messages of a contract version, out of the published WSDL."""
    parser = hardened_parser(keep_comments=False, collect_ids=True)
    schema = etree.parse(wsdl.file(version), parser).find(f".//{{{XSD}}}schema")
    assert schema is not None  # noqa: S101  # tests/contract holds the WSDL
    return etree.XMLSchema(schema)
