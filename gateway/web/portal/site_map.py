"""Site map of the portal: each page with its address, template and values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from gateway.exchange.sandbox.cases import SandboxCase
from gateway.web.portal import bundle
from gateway.web.portal.description import Sandbox, Service
from gateway.web.portal.document import sections
from gateway.web.portal.fault_words import GROUPS
from gateway.web.portal.faults import FAULTS, FaultDescription
from gateway.web.portal.navigation import navigation
from gateway.web.portal.operations import OPERATIONS, OperationDescription
from gateway.web.portal.requests import calls, example_request, request_of
from gateway.web.portal.samples import curl_text, request_text, samples
from gateway.web.rendering import rendered, static, style_sheet
from gateway.wire.namespaces import SOAP_11
from schemas import DEFAULT_VERSION, VERSIONS, ContractVersion

_TEXT = "charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """A page. make: gives its bytes.  file: name under which it is saved; empty: it is shown."""

    content_type: str
    make: Callable[[], bytes]
    file: str = ""


def site_map(service: Service) -> dict[str, Page]:
    """Every page of the portal by its address. Nothing is rendered yet."""
    pages = {
        "/epix/style.css": Page(f"text/css; {_TEXT}", style_sheet),
        "/epix/portal.js": Page(f"text/javascript; {_TEXT}", lambda: static("portal.js")),
        "/epix/icon.svg": Page("image/svg+xml", lambda: static("icon.svg")),
        f"/epix/{bundle.FILE}": Page(
            "application/zip", lambda: bundle.bundle(service), bundle.FILE
        ),
    }
    if service.sandbox:
        pages["/epix/try.js"] = Page(f"text/javascript; {_TEXT}", lambda: static("try.js"))
        pages |= _downloads(service.sandbox)
    for path, template, values in _templates(service):
        pages[path] = Page(f"text/html; {_TEXT}", _maker(service, path, template, values))
    return pages


_MEDIA_TYPES = {
    "pem": "application/x-pem-file",
    "key": "application/x-pem-file",
    "p12": "application/x-pkcs12",
}


def _downloads(sandbox: Sandbox) -> dict[str, Page]:
    """Files for callers, which are the same for everybody and need no client certificate."""
    files = sandbox.downloads.files if sandbox.downloads else {}
    return {
        f"/epix/sandbox/{name}": Page(
            _MEDIA_TYPES[name.rpartition(".")[2]], partial(bytes, content), name
        )
        for name, content in files.items()
    }


Values = Callable[[], Mapping[str, object]]


def _maker(service: Service, path: str, template: str, values: Values) -> Callable[[], bytes]:
    def make() -> bytes:
        common = {
            "service": service,
            "path": path,
            "navigation": navigation(service),
            "versions": tuple(VERSIONS.values()),
            "operations": OPERATIONS,
            "soap_11": SOAP_11,
            "faults": FAULTS,
        }
        return rendered(f"portal/{template}", {**common, **values()}).encode()

    return make


def _templates(service: Service) -> Iterator[tuple[str, str, Values]]:
    """Address, template and values of each page in HTML."""
    version = VERSIONS[DEFAULT_VERSION]
    yield "/epix", "overview.html", lambda: {"first_call": _first_call(service, version)}
    if service.sandbox:
        yield "/epix/sandbox", "sandbox.html", _of_sandbox(service.sandbox, service.public_address)
    yield "/epix/faults", "faults.html", lambda: {"groups": GROUPS}
    for fault in FAULTS.values():
        yield f"/epix/faults/{fault.code}", "fault.html", _of_fault(service, fault)
    yield "/epix/downloads", "downloads.html", lambda: {
        "file": bundle.FILE, "counts": bundle.counts(service)
    }  # fmt: skip
    yield "/epix/support", "support.html", dict
    for each in VERSIONS.values():
        yield f"/epix/{each.name}", "contract.html", _of_version(each)
        yield f"/epix/{each.name}/document", "document.html", _of_document(service, each)
        for operation in OPERATIONS:
            path = f"/epix/{each.name}/{operation.name}"
            yield path, "operation.html", _of_operation(service, each, operation)


def _first_call(service: Service, version: ContractVersion) -> str:
    return curl_text(service, version, example_request(service, OPERATIONS[0].name))


def _of_sandbox(sandbox: Sandbox, address: str) -> Values:
    """Calls by the permit that they ask for."""
    permits: dict[str, list[SandboxCase]] = {}
    for case in sandbox.cases:
        permits.setdefault(case.number, []).append(case)
    return lambda: {
        "sandbox": sandbox,
        "permits": permits,
        "fetching": rendered("portal/fetching.sh", {"address": address}),
    }


def _of_version(version: ContractVersion) -> Values:
    return lambda: {"version": version}


def _of_document(service: Service, version: ContractVersion) -> Values:
    return lambda: {
        "version": version,
        "sections": sections(service.elements(version.name), version),
    }


def _of_fault(service: Service, fault: FaultDescription) -> Values:
    def values() -> Mapping[str, object]:
        return {
            "fault": fault,
            "group": next(name for name, codes in GROUPS.items() if fault.code in codes),
            "operations_of_fault": [each for each in OPERATIONS if fault.error in each.faults],
            "fault_xml": rendered("portal/fault.xml", {"fault": fault, "soap_11": SOAP_11}),
            "trials": [
                (trial, curl_text(service, VERSIONS[trial.version], trial.request))
                for trial in fault.trials(service)
            ],
        }

    return values


def _of_operation(
    service: Service, version: ContractVersion, operation: OperationDescription
) -> Values:
    def values() -> Mapping[str, object]:
        request = example_request(service, operation.name)
        common = {"version": version, "operation": operation, "service": service}
        fault = FAULTS[operation.faults[0].__name__]
        return {
            **common,
            "request_xml": request_text(version, request),
            "answer_xml": rendered("portal/answer.xml", {**common, "soap_11": SOAP_11}),
            "fault_xml": rendered("portal/fault.xml", {"fault": fault, "soap_11": SOAP_11}),
            "samples": tuple(samples(service, version, operation)),
            "calls": [
                (case, request_text(version, replace(request_of(case), operation=operation.name)))
                for case in calls(service, operation.name, version.name)
            ],
        }

    return values
