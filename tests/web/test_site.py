"""Addresses without a service: the answer says which have one."""

import pytest

from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.site import Site
from gateway.web.pages import ServicePages
from tests.web.services import ADDRESS, PRODUCTION

SITE = Site(
    {f"/epix/{name}": lambda _: HttpAnswer(200, (), b"service") for name in ("v1", "v2", "hub")},
    ServicePages(PRODUCTION),
    ADDRESS,
)
ADDRESSES = [f"  {ADDRESS}/epix/{name}" for name in ("v1", "v2", "hub")]
SERVICES = "\n".join(["SOAP requests are sent with POST to:", *ADDRESSES, ""])


def asked(method: str, path: str, query: str = "") -> HttpAnswer:
    return settled(SITE(HttpRequest(method, path, query, {"host": "evil.example"}, b"<x/>")))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/", "/epix/v3", "/epix/v2/Nothing", "/soap/<script>"])
def test_where_there_is_nothing_the_services_are_named(method: str, path: str) -> None:
    answer = asked(method, path)
    assert answer.status == 404
    assert dict(answer.headers)["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.body.decode()
    assert SERVICES in text and f"{ADDRESS}/epix\n" in text
    assert path not in text.split() and "evil" not in text


@pytest.mark.parametrize("path", ["/epix", "/epix/v2/ServiceState", "/epix/faults"])
def test_a_request_to_a_page_is_told_where_the_services_are(path: str) -> None:
    answer = asked("POST", path)
    assert (answer.status, dict(answer.headers)["Allow"]) == (405, "GET, HEAD")
    assert answer.body.startswith(b"There is a page at this address, and no service.\n")
    assert SERVICES in answer.body.decode()


@pytest.mark.parametrize(("method", "query"), [("POST", ""), ("GET", "wsdl"), ("PUT", "")])
@pytest.mark.parametrize("path", ["/epix/v2", "/epix/v2/"])
def test_the_services_take_their_requests(method: str, query: str, path: str) -> None:
    assert asked(method, path, query).body == b"service"


def test_a_person_who_opens_the_address_of_a_service_sees_its_page() -> None:
    assert b"<h1>Contract v2" in asked("GET", "/epix/v2").body


def test_the_address_of_a_service_without_a_page_is_answered_by_the_service() -> None:
    assert asked("GET", "/epix/hub").body == b"service"
