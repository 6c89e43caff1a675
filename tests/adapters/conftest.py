"""What do the tests of the permit formats share? The formats themselves, and both validators."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import schemas
from adapters.registry import formats
from gateway.exchange.ports import PermitFormat

EVIDENCE = Path(__file__).parents[3] / "shared" / "epix"


@pytest.fixture(scope="session")
def permit_formats() -> dict[str, PermitFormat]:
    return formats()


@pytest.fixture(params=["v1", "v2"])
def permit_format(request: pytest.FixtureRequest, permit_formats: dict[str, PermitFormat]) -> PermitFormat:
    return permit_formats[request.param]


@pytest.fixture(scope="session")
def validate() -> Callable[[str, bytes], None]:
    """Proves a document against the published XSD with two validators that know nothing of each other."""
    files = {version: schemas.directory() / version / "document.xsd" for version in ("v1", "v2")}
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
        if os.environ.get("CI") == "true":
            pytest.fail("the evidence of the wire contract is missing")
        pytest.skip("the evidence of the wire contract is not beside this checkout")
    return EVIDENCE


@pytest.fixture(scope="session")
def permit_element() -> Callable[[bytes], bytes]:
    """Takes the permit out of the envelope it came in."""

    def take(envelope: bytes) -> bytes:
        return etree.tostring(next(etree.fromstring(envelope).iter("CBFShip", "CITESEPermit")), with_tail=False)

    return take
