"""A door under attack: after every test, the next good request still gets the right permit."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.hostile.secured_door import SecuredDoor, partner
from tests.signatures.message_forging import NOW, iso, signed, timestamp
from tests.soap.knock import Door, the_permit


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    yield door
    door.house.fails_with, door.house.journal_fails = None, False
    assert door.post(door.plain()).permit("v1") == the_permit("v1"), "the door did not survive"


@pytest.fixture
def secured() -> Iterator[SecuredDoor]:
    door = SecuredDoor()
    door.trust(partner())
    yield door
    assert door.post(signed(door.plain(), partner(), time=timestamp(iso(NOW - dt.timedelta(seconds=1))))).permit(
        "v1"
    ) == the_permit("v1"), "the door did not survive"
