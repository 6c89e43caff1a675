"""GET /epix: content of the service page and of the operation pages."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from gateway.web.operations import OPERATIONS

from gateway.domain.partner import OperationName
from gateway.http import HttpRequest
from gateway.web.pages import ExamplePermit, ServicePages
from schemas import VERSIONS

EVERY_PAGE = [
    "/epix",
    *(
        f"/epix/{version.name}/{operation}"
        for version in VERSIONS.values()
        for operation in OperationName
    ),
]
EXAMPLE = ExamplePermit("MZ26EX000001", "SANDBOX-7KQ4-2M9X", "MZ", is_real=True)


@pytest.fixture(scope="module")
def pages() -> ServicePages:
    return ServicePages(
        "https://epix.example.mz", ("Authority <of> Mozambique",), EXAMPLE, "1.2.3", sandbox=True
    )


def text_of(pages: ServicePages, path: str, method: str = "GET") -> str:
    answer = pages(HttpRequest(method, path, "", {"host": "evil.example"}, b""))
    assert answer is not None
    return answer.body.decode()


def test_the_index_shows_each_contract_version_with_its_wsdl_and_every_operation(
    pages: ServicePages,
) -> None:
    text = " ".join(text_of(pages, "/epix").split())
    for version in VERSIONS.values():
        assert f'<a href="/epix/{version.name}?wsdl">View the WSDL</a> for the service.' in text
        assert "Click on an operation name to view its details." in text
        for operation in OperationName:
            assert f'href="/epix/{version.name}/{operation}"' in text


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_shows_the_configured_address_and_none_from_a_header(
    pages: ServicePages, path: str
) -> None:
    text = text_of(pages, path)
    assert "https://epix.example.mz/epix" in text
    assert "evil.example" not in text


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_loads_nothing_from_elsewhere_and_runs_nothing(
    pages: ServicePages, path: str
) -> None:
    text = text_of(pages, path)
    assert "<script" not in text
    assert set(re.findall(r'(?:src|href)="([^"]+)"', text)) == {
        link for link in re.findall(r'(?:src|href)="([^"]+)"', text) if link.startswith("/epix")
    }
    answer = pages(HttpRequest("GET", path, "", {}, b""))
    assert answer is not None
    policy = dict(answer.headers)
    assert policy["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
    assert policy["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_of_a_sandbox_says_so(pages: ServicePages, path: str) -> None:
    assert "Sandbox." in text_of(pages, path)


def test_names_from_the_configuration_are_escaped(pages: ServicePages) -> None:
    assert "Authority &lt;of&gt; Mozambique" in text_of(pages, "/epix")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_page_shows_request_answer_faults_soap_action_and_a_curl_line(
    pages, operation
) -> None:
    text = text_of(pages, f"/epix/v2/{operation.name}")
    assert f"&#34;urn:{operation.name}&#34;" in text or f'"urn:{operation.name}"' in text
    assert "curl -sS https://epix.example.mz/epix/v2" in text
    assert f"{operation.name}Response" in text
    for fault in operation.faults:
        assert f"<code>{fault.__name__}</code>" in text


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_request_on_the_page_is_well_formed_xml_for_that_operation(pages, operation) -> None:
    text = text_of(pages, f"/epix/v1/{operation.name}")
    shown = re.search(r"&lt;&lt;'XML'\n(.*?)\nXML", text, re.DOTALL)
    assert shown
    envelope = ElementTree.fromstring(unescape(shown[1]))
    assert envelope[0][0].tag == f"{{urn:CitesDataExchange/v1/}}{operation.name}Request"


def test_every_operation_of_the_domain_has_a_page() -> None:
    assert [operation.name for operation in OPERATIONS] == list(OperationName)


def test_a_path_without_a_page_is_not_ours(pages: ServicePages) -> None:
    assert pages(HttpRequest("GET", "/epix/v3", "", {}, b"")) is None


def test_pages_are_only_read(pages: ServicePages) -> None:
    answer = pages(HttpRequest("POST", "/epix", "", {}, b""))
    assert answer is not None
    assert (answer.status, dict(answer.headers)["Allow"]) == (405, "GET, HEAD")
    assert text_of(pages, "/epix", "HEAD") == ""
