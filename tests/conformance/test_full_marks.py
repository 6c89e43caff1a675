"""Our own gateway against its own kit: every case is tried and holds, in both versions."""

import pytest

from gateway.conformance.case import CaseResult, Outcome
from gateway.conformance.report.report import Report
from tests.conformance.conftest import Wire
from tests.conformance.test_report import a_report

pytestmark = pytest.mark.slow


def test_our_own_gateway_has_full_marks(own_results: list[CaseResult]) -> None:
    not_passed = [
        (each.case.id, each.place, each.finding)
        for each in own_results
        if each.outcome is not Outcome.PASSED
    ]
    assert not not_passed
    assert len(own_results) > 150
    assert {each.place for each in own_results} >= {"v1, SOAP 1.1", "v2, SOAP 1.1", "v2, SOAP 1.2"}
    report: Report = a_report(own_results)
    assert (report.score.percent, report.verdict) == (100, "Conformant, with full marks.")


def test_a_run_sends_a_bounded_number_of_requests(
    own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    sent = [each for wire in own_wires for each, _ in wire.exchanges]
    assert 100 < len(sent) < 200
    assert sum(len(each.body) for each in sent) < 2_000_000
