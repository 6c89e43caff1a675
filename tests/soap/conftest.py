"""A endpoint in v1 with whole use cases in memory behind it."""

import pytest

from tests.soap.endpoint import Endpoint


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()
