"""The table of contract versions agrees with the published WSDLs and XSDs."""

from typing import get_args

from adapters.registry import formats
from schemas import COMPONENTS_NAMESPACE, FAULT_NAMESPACE, VERSION_BY_ROOT, VERSIONS, VersionName
from tests.contract.published import DOCUMENT, FAULT, RAM, WSDL, XSD, definitions, every_version
from tests.contract.published import VERSIONS as PUBLISHED


def test_the_table_holds_the_published_versions() -> None:
    assert {name: version.root for name, version in VERSIONS.items()} == PUBLISHED
    assert set(get_args(VersionName)) == set(PUBLISHED)
    assert set(VERSION_BY_ROOT) == set(PUBLISHED.values())


def test_the_namespaces_are_the_published_ones() -> None:
    assert {name: version.document_namespace for name, version in VERSIONS.items()} == DOCUMENT
    assert (COMPONENTS_NAMESPACE, FAULT_NAMESPACE) == (RAM, FAULT)


@every_version
def test_the_namespace_of_messages_is_the_target_namespace_of_the_wsdl(version: str) -> None:
    published = definitions(version)
    schema = published.find(f"{WSDL}types/{XSD}schema")
    assert schema is not None
    assert published.get("targetNamespace") == VERSIONS[version].namespace
    assert schema.get("targetNamespace") == VERSIONS[version].namespace


@every_version
def test_the_schema_of_a_document_declares_its_root(version: str) -> None:
    text = VERSIONS[version].document_schema.read_text(encoding="utf-8")
    assert f'name="{VERSIONS[version].root}"' in text
    assert f'"{VERSIONS[version].document_namespace}"' in text


def test_there_is_a_permit_format_for_every_version() -> None:
    assert set(formats()) == set(VERSIONS)
