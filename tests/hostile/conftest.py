"""A door under attack: after every test, the next good request still gets the right permit."""

from collections.abc import Iterator

import pytest

from tests.soap.knock import Door, the_permit


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    yield door
    door.house.fails_with, door.house.journal_fails = None, False
    assert door.post(door.plain()).permit("v1") == the_permit("v1"), "the door did not survive"
