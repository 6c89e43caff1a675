"""Bundle for integrators: WSDL, XSDs, requests, samples and a SoapUI project, as one ZIP file.

It is reproducible: the same service gives the same bytes. Members stand in the order of their
names, uncompressed, and have the earliest date that ZIP knows.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import quoteattr

import schemas
import wsdl
from gateway.web.portal.description import Service
from gateway.web.portal.operations import OPERATIONS
from gateway.web.portal.requests import example_request
from gateway.web.portal.samples import request_text, samples
from gateway.web.rendering import rendered
from gateway.wire.namespaces import SOAP_11, SOAP_12
from schemas import VERSIONS, ContractVersion

FILE = "epix-integration.zip"
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_LOCATION = re.compile(r'(<soap(?:12)?:address location=)"[^"]*"')


def bundle(service: Service) -> bytes:
    """The ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(_members(service)):
            member = zipfile.ZipInfo(f"epix/{name}", _DATE)
            member.external_attr = _MODE
            archive.writestr(member, content)
    return out.getvalue()


def counts(service: Service) -> Mapping[str, int]:
    """Number of files in each folder of the bundle."""
    return Counter(name.partition("/")[0] for name, _ in _members(service))


def _members(service: Service) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", rendered("portal/bundle.txt", {"service": service}).encode() + b"\n"
    for file in schemas.directory().glob("*.xsd"):
        yield f"schemas/{file.name}", file.read_bytes()
    for version in VERSIONS.values():
        yield from _contract(service, version)
        yield f"soapui/epix-{version.name}.xml", soapui_project(service, version).encode()
        for operation in OPERATIONS:
            text = request_text(version, example_request(service, operation.name))
            yield f"requests/{version.name}/{operation.name}.xml", f"{text}\n".encode()
            for sample in samples(service, version, operation):
                path = f"samples/{version.name}/{operation.name}/{sample.language.file}"
                yield path, f"{sample.text}\n".encode()


def _contract(service: Service, version: ContractVersion) -> Iterator[tuple[str, bytes]]:
    file = wsdl.file(version.name)
    location = quoteattr(f"{service.public_address}/epix/{version.name}")
    text = _LOCATION.sub(lambda found: f"{found[1]}{location}", file.read_text(encoding="utf-8"))
    yield f"wsdl/{file.name}", text.encode()
    for schema in (schemas.directory() / version.name).glob("*.xsd"):
        yield f"schemas/{version.name}/{schema.name}", schema.read_bytes()


def soapui_project(service: Service, version: ContractVersion) -> str:
    """A SoapUI project: both bindings of the WSDL, and a request of each operation."""
    bindings = (("EpixSoap11", "1_1", SOAP_11), ("EpixSoap12", "1_2", SOAP_12))
    calls = {
        name: [
            (operation, rendered("portal/request.xml", {
                "version": version,
                "request": example_request(service, operation.name, envelope),
            }))
            for operation in OPERATIONS
        ]
        for name, _, envelope in bindings
    }  # fmt: skip
    values = {"service": service, "version": version, "bindings": bindings, "calls": calls}
    return rendered("portal/soapui.xml", values) + "\n"
