"""A endpoint under attack: after every test, the next good request still gets the right permit."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.crypto.ws_security.message_forging import NOW, iso, signed, timestamp
from tests.hostile.ws_security.secured_endpoint import SecuredEndpoint, partner
from tests.soap.endpoint import Endpoint, the_permit


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.backend.fails_with, endpoint.backend.journal_fails = None, False
    assert endpoint.post(endpoint.plain()).permit("v1") == the_permit("v1"), (
        "the endpoint did not survive"
    )


@pytest.fixture
def secured() -> Iterator[SecuredEndpoint]:
    endpoint = SecuredEndpoint()
    endpoint.trust(partner())
    yield endpoint
    assert endpoint.post(
        signed(endpoint.plain(), partner(), time=timestamp(iso(NOW - dt.timedelta(seconds=1))))
    ).permit("v1") == the_permit("v1"), "the endpoint did not survive"
