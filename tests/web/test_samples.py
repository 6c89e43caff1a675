"""Samples and bundle: alike for every version and operation but for names, and reproducible."""

import io
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

import schemas
import wsdl
from gateway.domain.partner import OperationName
from gateway.web.portal.bundle import FILE, bundle
from gateway.web.portal.description import Service
from gateway.web.portal.operations import OPERATIONS, OperationDescription
from gateway.web.portal.samples import LANGUAGES, samples
from schemas import VERSIONS
from tests.web.services import PRODUCTION, SANDBOX, TEAM

EACH_SERVICE = pytest.mark.parametrize(
    "service", [PRODUCTION, SANDBOX, TEAM], ids=["production", "sandbox", "team"]
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}
SOAPUI = "{http://eviware.com/soapui/config}"


def programs(version: str, operation: OperationDescription) -> dict[str, str]:
    """Language -> program, of the sandbox."""
    found = samples(SANDBOX, VERSIONS[version], operation)
    return {sample.language.key: sample.text for sample in found}


@pytest.mark.parametrize("name", [OperationName.CONFIRM_QUANTITIES, OperationName.SERVICE_STATE])
def test_samples_of_v1_that_read_no_permit_are_those_of_v2(name: OperationName) -> None:
    """The tests that run them need not do so for both versions."""
    old, new = programs("v1", BY_NAME[name]), programs("v2", BY_NAME[name])
    for language, text in old.items():
        assert text != new[language]
        assert text.replace("/v1", "/v2") == new[language]


@pytest.mark.parametrize("version", VERSIONS)
def test_samples_of_both_names_of_the_final_certificate_are_alike(version: str) -> None:
    short, long = OperationName.GET_FINAL, OperationName.GET_FINAL_AS_THE_HUB
    first, second = programs(version, BY_NAME[short]), programs(version, BY_NAME[long])
    for language, text in first.items():
        assert text.replace(short, long) == second[language]


@EACH_SERVICE
def test_no_line_feed_is_an_escape(service: Service) -> None:
    for version in VERSIONS.values():
        for operation in OPERATIONS:
            for sample in samples(service, version, operation):
                assert "\\u00" not in sample.text and sample.text.count("\n") > 4


def test_an_address_that_could_end_a_text_of_a_program_is_refused() -> None:
    service = replace(SANDBOX, public_address='http://x"; rm -rf ~; "')
    with pytest.raises(ValueError, match="cannot stand in the samples"):
        list(samples(service, VERSIONS["v2"], OPERATIONS[0]))


@EACH_SERVICE
def test_the_bundle_has_the_same_bytes_each_time(service: Service) -> None:
    assert bundle(service) == bundle(replace(service))
    with zipfile.ZipFile(io.BytesIO(bundle(service))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist())
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
    assert FILE.endswith(".zip")


@EACH_SERVICE
def test_the_bundle_holds_contract_requests_and_every_sample(service: Service) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle(service))) as archive:
        names = {name.removeprefix("epix/") for name in archive.namelist()}
        texts = {name: archive.read(f"epix/{name}") for name in names}
    for version in VERSIONS:
        # Its imports lead to the schemas beside it, its address to this service.
        document = etree.fromstring(texts[f"wsdl/epix-{version}.wsdl"])
        for imported in document.iter("{*}import"):
            location = imported.get("schemaLocation") or ""
            assert location.removeprefix("../") in names
        assert {each.get("location") for each in document.iter("{*}address")} == {
            f"{service.public_address}/epix/{version}"
        }
        published = (schemas.directory() / version / "RABIE.xsd").read_bytes()
        assert texts[f"schemas/{version}/RABIE.xsd"] == published
        for operation in OperationName:
            assert f"requests/{version}/{operation}.xml" in names
            for language in LANGUAGES:
                assert f"samples/{version}/{operation}/{language.file}" in names


@pytest.mark.parametrize("version", VERSIONS)
def test_the_soapui_project_has_a_valid_request_of_each_operation_in_both_bindings(
    version: str,
) -> None:
    types = etree.parse(wsdl.file(version))
    schema = etree.XMLSchema(types.find(".//{http://www.w3.org/2001/XMLSchema}schema"))
    with zipfile.ZipFile(io.BytesIO(bundle(SANDBOX))) as archive:
        project = etree.fromstring(archive.read(f"epix/soapui/epix-{version}.xml"))
    bindings = {each.get("name"): each for each in types.getroot().iter("{*}binding")}
    interfaces = project.findall(f"{SOAPUI}interface")
    assert [each.get("name") for each in interfaces] == ["EpixSoap11", "EpixSoap12"]
    for interface in interfaces:
        namespace, _, binding = (interface.get("bindingName") or "")[1:].partition("}")
        assert namespace == VERSIONS[version].namespace and binding in bindings
        operations = interface.findall(f"{SOAPUI}operation")
        assert {each.get("name") for each in operations} == set(OperationName)
        for operation in operations:
            envelope = etree.fromstring(operation.findtext(f"{SOAPUI}call/{SOAPUI}request") or "")
            schema.assertValid(envelope[0][0])
