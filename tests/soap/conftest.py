"""A door in v1 with whole use cases in memory behind it."""

import pytest

from tests.soap.knock import Door


@pytest.fixture
def door() -> Door:
    return Door()
