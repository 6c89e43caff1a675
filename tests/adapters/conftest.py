"""Fixtures for tests of the permit formats: the formats, and two independent validators."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import schemas
from adapters.registry import formats
from gateway.exchange.ports import PermitFormat
from tests.programs import unavailable

EVIDENCE = Path(__file__).parents[3] / "shared" / "epix"


@pytest.fixture(scope="session")
def permit_formats() -> dict[str, PermitFormat]:
    return formats()


@pytest.fixture(params=list(schemas.VERSIONS))
def permit_format(
    request: pytest.FixtureRequest, permit_formats: dict[str, PermitFormat]
) -> PermitFormat:
    return permit_formats[request.param]


@pytest.fixture(scope="session")
def validate() -> Callable[[str, bytes], None]:
    """Validates a document against the published XSD with two independent validators."""
    files = {name: version.document_schema for name, version in schemas.VERSIONS.items()}
    first = {version: etree.XMLSchema(etree.parse(str(file))) for version, file in files.items()}
    second = {version: xmlschema.XMLSchema(file) for version, file in files.items()}

    def prove(version: str, document: bytes) -> None:
        first[version].assertValid(etree.fromstring(document))
        second[version].validate(document.decode())

    return prove


@pytest.fixture(scope="session")
def evidence() -> Path:
    """The folder of the wire contract's evidence, which is not part of this repository."""
    if not EVIDENCE.is_dir():
        unavailable("the evidence of the wire contract is not beside this checkout")
    return EVIDENCE


@pytest.fixture(scope="session")
def permit_element() -> Callable[[bytes], bytes]:
    """Takes the permit out of its SOAP envelope."""

    def take(envelope: bytes) -> bytes:
        return etree.tostring(
            next(etree.fromstring(envelope).iter(*schemas.VERSION_BY_ROOT)), with_tail=False
        )

    return take
