"""Published contract: WSDL and XSDs over GET, with the configured address inside."""

import re

import pytest
from lxml import etree

import schemas
import wsdl
from tests.soap.endpoint import ADDRESS, Endpoint

FORGED = {
    "host": "evil.example",
    "x-forwarded-host": "evil.example",
    "forwarded": "host=evil.example",
}
VERSIONS = ["v1", "v2"]
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("query", ["wsdl", "WSDL", "Wsdl", "wsdl=", "wsdl=1", "singleWsdl"])
def test_the_wsdl_differs_from_the_file_in_addresses_alone(version: str, query: str) -> None:
    answer = Endpoint(version).raw("GET", query, **FORGED)
    assert answer.status == 200
    assert dict(answer.headers)["Content-Type"] == "text/xml; charset=utf-8"
    assert b"evil.example" not in answer.body
    addresses = rb'(address location|schemaLocation)="[^"]*"'
    written = (wsdl.directory() / f"epix-{version}.wsdl").read_bytes()
    assert re.sub(addresses, b"", answer.body) == re.sub(addresses, b"", written)
    root = etree.fromstring(answer.body)
    assert {each.get("location") for each in root.iterfind(f"{WSDL}service/{WSDL}port/*")} == {
        f"{ADDRESS}/{version}"
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_schema_the_wsdl_leads_to_is_served_and_leads_on(version: str) -> None:
    endpoint = Endpoint(version)
    prefix = f"{ADDRESS}/{version}?"
    waiting, seen = ["wsdl"], set()
    while waiting:
        query = waiting.pop()
        seen.add(query)
        answer = endpoint.raw("GET", query)
        assert answer.status == 200
        for link in etree.fromstring(answer.body).iter(f"{XSD}import", f"{XSD}include"):
            location = link.get("schemaLocation")
            assert location.startswith(prefix)
            if location.removeprefix(prefix) not in seen:
                waiting.append(location.removeprefix(prefix))
    document = "CBFShip" if version == "v1" else "CITESEPermit"
    assert seen == {"wsdl", f"xsd={document}.xsd", "xsd=RABIE.xsd", "xsd=fault.xsd"}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nothing.xsd",
        "../fault.xsd",
        "v1/RABIE.xsd",
        "/etc/passwd",
        "..%2f..%2fpyproject.toml",
        "RABIE.xsd%00",
        "epix-v1.wsdl",
        "rabie.xsd",
        "RABIE.xsd&x=1",
        "%52ABIE.xsd",
    ],
)
def test_a_name_outside_the_table_names_nothing(name: str) -> None:
    answer = Endpoint().raw("GET", f"xsd={name}")
    assert answer.status == 404
    assert not name or name.encode() not in answer.body


def test_the_other_version_has_its_own_schemas() -> None:
    assert Endpoint("v1").raw("GET", "xsd=CITESEPermit.xsd").status == 404
    assert (
        Endpoint("v2").raw("GET", "xsd=RABIE.xsd").body
        == (schemas.directory() / "v2" / "RABIE.xsd").read_bytes()
    )


@pytest.mark.parametrize("query", ["wsdl", "xsd=fault.xsd"])
def test_what_is_known_is_not_sent_again(query: str) -> None:
    endpoint = Endpoint()
    first = endpoint.raw("GET", query)
    etag = dict(first.headers)["ETag"]
    assert endpoint.raw("HEAD", query).body == b""
    assert dict(endpoint.raw("HEAD", query).headers)["ETag"] == etag
    again = endpoint.raw("GET", query, if_none_match=f'"other", W/{etag}')
    assert (again.status, again.body) == (304, b"")
    assert endpoint.raw("GET", query, if_none_match='"other"').status == 200


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "", "BREW", "GET ", "M" * 5000]
)
def test_other_methods_are_refused(method: str) -> None:
    endpoint = Endpoint()
    answer = endpoint.raw(method, body=endpoint.plain().encode(), content_type="text/xml")
    assert answer.status == 405
    assert dict(answer.headers)["Allow"] == "GET, HEAD, POST"
    assert not endpoint.backend.journal


@pytest.mark.parametrize("query", ["", "other", "wsdl=/etc/passwd", "wsdl&xsd=fault.xsd"])
def test_get_serves_the_contract_and_nothing_else(query: str) -> None:
    assert Endpoint().raw("GET", query).status == 405
