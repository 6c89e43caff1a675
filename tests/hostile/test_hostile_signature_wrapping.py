"""Whatever is moved, doubled or left out in a signed message, nothing unsigned is ever executed."""

from collections.abc import Callable

import pytest
from lxml import etree

from tests.hostile.message_wrapping import SHAPES, TREE, block, header_of, soap_of
from tests.hostile.secured_door import SecuredDoor, good
from tests.signatures.message_forging import WSSE, WSU
from tests.soap.knock import the_permit


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_what_was_moved_or_changed_is_not_executed(secured: SecuredDoor, shape: Callable[[TREE], None]) -> None:
    root = etree.fromstring(good())
    shape(root)
    secured.refuses(etree.tostring(root), SHAPES[shape])


def test_a_security_header_for_somebody_else_is_none_of_our_business(secured: SecuredDoor) -> None:
    root = etree.fromstring(good())
    other = block(header_of(root), f"{{{WSSE}}}Security")
    other.set(f"{soap_of(root)}actor", "urn:somebody-else")
    other.set(f"{soap_of(root)}mustUnderstand", "1")
    block(other, f"{{{WSU}}}Timestamp")
    header_of(root).insert(0, other)
    assert secured.post(etree.tostring(root)).permit("v1") == the_permit("v1")
