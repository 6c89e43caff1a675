"""Pages under /epix: what each shows, and that none holds a word of a request."""

import re
from xml.etree import ElementTree

import pytest
from lxml import html

from gateway.domain.partner import OperationName
from gateway.http import HttpRequest
from gateway.web.pages import ServicePages
from gateway.web.portal.operations import OPERATIONS, OperationDescription
from schemas import VERSIONS
from tests.long_haul import is_long_haul
from tests.web.services import (
    ADDRESS,
    PRODUCTION,
    SANDBOX,
    TEAM,
    asked,
    source_of,
    text_of,
)

PAGES = {name: ServicePages(service) for name, service in
         (("production", PRODUCTION), ("sandbox", SANDBOX), ("team", TEAM))}  # fmt: skip
FILES = (".css", ".js", ".svg", ".zip", ".pem", ".key", ".p12")
EVERY_PAGE = [
    pytest.param(pages, path, id=f"{name}{path}")
    for name, pages in PAGES.items()
    for path in pages.paths
    if not path.endswith(FILES) and (name == "sandbox" or is_long_haul())
]
"""Those of a sandbox, which has every page; in the long form, of all three."""
EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
SANDBOX_PAGES = PAGES["sandbox"]


@pytest.mark.parametrize(("pages", "path"), EVERY_PAGE)
def test_every_page_is_whole_loads_nothing_from_elsewhere_and_names_no_foreign_address(
    pages: ServicePages, path: str
) -> None:
    source = source_of(pages, path)
    page = html.fromstring(source)
    assert "evil.example" not in source
    assert not re.findall(r"\{[{%]|&gt;None|>None<|<built-in|object at 0x|gateway\.\w+\.", source)
    assert not page.findall(".//style") and not page.xpath("//@style") + page.xpath("//@onclick")
    assert all(not script.text for script in page.iter("script"))
    loaded = {*page.xpath("//@src"), *page.xpath("//link/@href")}
    assert loaded <= {"/epix/style.css", "/epix/icon.svg", "/epix/portal.js", "/epix/try.js"}
    assert (len(page.findall(".//h1")), len(page.findall(".//main"))) == (1, 1)


@pytest.mark.parametrize(("pages", "path"), EVERY_PAGE)
def test_every_link_leads_to_a_page_or_a_place_on_it(pages: ServicePages, path: str) -> None:
    page = html.fromstring(source_of(pages, path))
    for link in page.xpath("//a/@href"):
        target, _, anchor = link.partition("#")
        address, _, query = target.partition("?")
        assert not address or address in pages.paths or link == "/epix/hub?wsdl", link
        assert not query or re.fullmatch(r"wsdl|xsd=\w+\.xsd", query)
        if anchor:
            assert not query
            there = html.fromstring(source_of(pages, address)) if address else page
            assert there.xpath(f"//*[@id='{anchor}']"), link


@pytest.mark.parametrize("path", ["/epix", "/epix/v2/ServiceState", "/epix/try.js"])
@pytest.mark.parametrize(("name", "may_send"), [("production", False), ("sandbox", True)])
def test_the_policy_lets_a_script_send_requests_in_a_sandbox_alone(
    name: str, may_send: bool, path: str
) -> None:
    answer = PAGES[name](HttpRequest("GET", path, "", {}, b""))
    if answer is None:
        assert (name, path) == ("production", "/epix/try.js")
        return
    headers = dict(answer.headers)
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert "unsafe" not in policy
    assert ("connect-src 'self'" in policy) is may_send
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_overview_shows_each_contract_version_with_its_wsdl_and_every_operation() -> None:
    text = " ".join(text_of(SANDBOX_PAGES, "/epix").split())
    for version in VERSIONS.values():
        assert f'<a href="/epix/{version.name}?wsdl">View the WSDL</a> for the service.' in text
        assert "Click on an operation name to view its details." in text
        assert f"{ADDRESS}/epix/{version.name}" in text
        for operation in OperationName:
            assert f'href="/epix/{version.name}/{operation}"' in text


def test_names_from_the_configuration_are_escaped() -> None:
    assert "Authority &lt;of&gt; Mozambique" in source_of(SANDBOX_PAGES, "/epix")


def test_every_page_of_a_sandbox_says_so_and_no_other_does() -> None:
    for path in PAGES["production"].paths:
        if not path.endswith(FILES):
            assert "Sandbox." in text_of(SANDBOX_PAGES, path)
            assert "Sandbox." not in text_of(PAGES["production"], path)


@EACH_OPERATION
def test_an_operation_page_shows_request_answer_faults_soap_action_and_samples(
    operation: OperationDescription,
) -> None:
    text = text_of(SANDBOX_PAGES, f"/epix/v2/{operation.name}")
    assert f'"urn:{operation.name}"' in text
    assert f"{operation.name}Response" in text
    for fault in operation.faults:
        assert f'href="/epix/faults/{fault.__name__}"' in text
    for language in ("curl", "python", "java", "csharp", "php", "node", "gsoap"):
        assert f'id="sample-{language}"' in text


@EACH_OPERATION
@pytest.mark.parametrize("version", VERSIONS)
def test_the_request_on_the_page_is_well_formed_xml_for_that_operation(
    operation: OperationDescription, version: str
) -> None:
    page = html.fromstring(source_of(SANDBOX_PAGES, f"/epix/{version}/{operation.name}"))
    envelope = ElementTree.fromstring(page.get_element_by_id("request").text_content())
    assert envelope[0][0].tag == f"{{urn:CitesDataExchange/{version}/}}{operation.name}Request"


def test_every_operation_of_the_domain_has_a_page() -> None:
    assert [operation.name for operation in OPERATIONS] == list(OperationName)


def test_try_it_offers_each_call_of_the_sandbox_and_a_page_in_production_has_none() -> None:
    page = html.fromstring(source_of(SANDBOX_PAGES, "/epix/v1/GetFinalCitesCertificate"))
    offered = [option.get("data-request") for option in page.iter("option")]
    assert len(offered) == 4
    assert all("<epix:GetFinalCitesCertificateRequest>" in request for request in offered)
    assert "try" not in {
        found
        for path in ("/epix/v2/ServiceState", "/epix/v1/GetFinalCertificate")
        for found in html.fromstring(source_of(PAGES["production"], path)).xpath("//@id")
    }


def test_contact_and_hours_come_from_the_configuration() -> None:
    text = text_of(PAGES["production"], "/epix/support")
    for words in ("CITES office", "cites@example.mz", "8:00 to 16:00", "at least 18 months"):
        assert words in text


def test_a_page_is_rendered_once_and_head_has_no_body() -> None:
    assert asked(SANDBOX_PAGES, "/epix/v2").body is asked(SANDBOX_PAGES, "/epix/v2/").body
    assert asked(SANDBOX_PAGES, "/epix", "HEAD").body == b""


def test_a_path_without_a_page_is_not_ours() -> None:
    for path in ("/epix/v3", "/", "/epix/static/tokens.css", "/epix/faults/GatewayError"):
        assert SANDBOX_PAGES(HttpRequest("GET", path, "", {}, b"")) is None
    assert PAGES["production"](HttpRequest("GET", "/epix/sandbox", "", {}, b"")) is None
