"""Conformance of services of other stacks: a report that says what their engineers have to do.

Both are first attempts, made from our WSDL in an afternoon; what each fails is known.
"""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.bootstrap import ReportSigner
from gateway.bootstrap.conformance.plan import ServiceOptions, conformance_plan
from gateway.conformance.case import CaseResult, Outcome, Weight
from tests import programs
from tests.interop.cxf.building import Cxf
from tests.interop.first_attempt import ServiceFiles, service_files
from tests.waiting import until

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def files(tmp_path: Path) -> ServiceFiles:
    return service_files(tmp_path)


@pytest.fixture
def php_service(files: ServiceFiles, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a service of PHP's SoapServer."""
    monkeypatch.setenv("EPIX_SERVICE", str(files.folder))
    port, script = free_port(), str(HERE / "php" / "service.php")
    command = [programs.php("soap", "dom"), "-S", f"127.0.0.1:{port}", script]
    with (
        (files.folder / "log").open("w") as log,
        programs.started(command, stdout=log, stderr=log),
    ):
        until(lambda: accepts(port), "PHP serves")
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def cxf_service(files: ServiceFiles, cxf: Cxf) -> Iterator[str]:
    """The address of a service of Apache CXF."""
    address = f"http://127.0.0.1:{(port := free_port())}/epix/v2"
    command = cxf.service(address, files.folder)
    with (
        (files.folder / "log").open("w") as log,
        programs.started(command, stdout=log, stderr=log),
    ):
        until(lambda: accepts(port), "CXF serves")
        yield address


def results(address: str, files: ServiceFiles) -> list[CaseResult]:
    plan = conformance_plan(
        [address], "MZ", files.permits, ServiceOptions(), per_second=1_000, may_confirm=True
    )
    return list(plan.results())


def failed(found: list[CaseResult], *weights: Weight) -> set[str]:
    return {
        each.case.id
        for each in found
        if each.outcome is Outcome.FAILED and each.case.weight in weights
    }


def require_advice(found: list[CaseResult], address: str, tokens: list[str]) -> None:
    """Every failure has a finding and a cure on the page, and no token is there."""
    report = ReportSigner(None).report("service", [address], "MZ", datetime.now(UTC), found)
    page = ReportSigner(None).files(report)["report.html"].decode()
    for result in report.failed():
        assert result.finding and result.case.cure and result.sent
        assert f">{result.case.id}</a>" in page
    assert not [token for token in tokens if token in page]


def test_a_service_of_php(php_service: str, files: ServiceFiles) -> None:
    found = results(php_service, files)
    assert failed(found, Weight.MUST) == PHP_MUST
    assert failed(found, Weight.SHOULD, Weight.MAY) >= {"T01w", "T01c", "F02", "M07", "X11"}
    require_advice(found, php_service, [each.token for each in files.permits if each.token])


PHP_MUST = {
    *("P15", "P16"),  # the status of a permit is not looked at
    "P17",  # attachments are not sent
    *("T03", "T05", "T07", "T09"),  # tokens
    "T14",  # another country
    *("C03", "C04", "C06", "C07", "C08", "C09", "C10", "C15"),  # nothing is checked
    "C17",  # an integer
}


@pytest.mark.long_haul  # Java: fetched and compiled; the short form has PHP
def test_a_service_of_cxf(cxf_service: str, files: ServiceFiles) -> None:
    found = results(cxf_service, files)
    assert failed(found, Weight.MUST) == CXF_MUST
    assert failed(found, Weight.SHOULD) >= {"M01", "M03", "T01c", "X11", "C05"}
    require_advice(found, cxf_service, [each.token for each in files.permits if each.token])


CXF_MUST = {
    *("P15", "P16"),  # the status of a permit is not looked at
    "T14",  # another country
    *("C06", "C08", "C09", "C10", "C15"),  # what the schema does not say
    "C17",  # the other confirmation was taken
}
