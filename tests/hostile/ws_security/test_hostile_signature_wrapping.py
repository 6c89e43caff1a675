"""Signature wrapping: no unsigned part is executed, whatever was moved, doubled or left out."""

from collections.abc import Callable

import pytest
from lxml import etree

from tests.crypto.ws_security.message_forging import WSSE, WSU
from tests.hostile.ws_security.message_wrapping import SHAPES, TREE, block, header_of, soap_of
from tests.hostile.ws_security.secured_endpoint import SecuredEndpoint, good
from tests.soap.endpoint import the_permit


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_what_was_moved_or_changed_is_not_executed(
    secured: SecuredEndpoint, shape: Callable[[TREE], None]
) -> None:
    root = etree.fromstring(good())
    shape(root)
    secured.refuses(etree.tostring(root), SHAPES[shape])


def test_a_security_header_for_somebody_else_is_none_of_our_business(
    secured: SecuredEndpoint,
) -> None:
    root = etree.fromstring(good())
    other = block(header_of(root), f"{{{WSSE}}}Security")
    other.set(f"{soap_of(root)}actor", "urn:somebody-else")
    other.set(f"{soap_of(root)}mustUnderstand", "1")
    block(other, f"{{{WSU}}}Timestamp")
    header_of(root).insert(0, other)
    assert secured.post(etree.tostring(root)).permit("v1") == the_permit("v1")
