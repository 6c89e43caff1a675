"""Stand-ins of all dialects under test: nothing is found, but the misbehaviour that is on."""

import pytest

from gateway.bootstrap.conformance.plan import (
    ExchangeLimits,
    ServiceOptions,
    TlsFiles,
    conformance_plan,
)
from gateway.bootstrap.simulator import Simulator, SimulatorOptions
from gateway.bootstrap.simulator.options import DEFAULT_LOGIN
from gateway.conformance.case import CaseResult, Outcome
from gateway.conformance.sandbox_permits import sandbox_permits
from gateway.settings.dialects.load import load_dialect
from gateway.simulator.misbehaviour import Misbehaviour, Pace

pytestmark = pytest.mark.slow

VALUES = {**DEFAULT_LOGIN, "web_service_client_id": "conformance"}
QUICK = ExchangeLimits(
    connect_seconds=2, silent_seconds=0.4, total_seconds=0.6, reply_bytes=200_000
)
PATIENT = ExchangeLimits(silent_seconds=20, total_seconds=20)
FEW = ("S01", "P01", "P02", "P06", "P08", "P12", "P12w", "T01", "T02", "T03", "F01", "X14")
"""Cases for services that may be called seldom, or that answer late."""


def results(
    simulator: Simulator, limits: ExchangeLimits = PATIENT, wanted: tuple[str, ...] = ()
) -> list[CaseResult]:
    """The results of a run against a stand-in. wanted: cases; empty: all."""
    name = simulator.dialect.name
    version = name.removeprefix("standard-")
    service = ServiceOptions(
        tls=TlsFiles(simulator.keys.ca, simulator.keys.certificate, simulator.keys.key),
        version="v1" if version == "v1" else "v2" if version == "v2" else None,
        dialect=None if name.startswith("standard") else name,
        namespace=simulator.namespace,
        values=VALUES,
        limits=limits,
    )
    plan = conformance_plan(
        [simulator.address], "MZ", sandbox_permits(), service, per_second=1_000, may_confirm=True
    )
    return list((plan.only(wanted) if wanted else plan).results())


def failed(found: list[CaseResult]) -> dict[str, str]:
    return {each.case.id: each.finding for each in found if each.outcome is Outcome.FAILED}


@pytest.mark.long_haul  # test_faulty_services.py has the same service
@pytest.mark.parametrize(
    ("dialect", "tried"),
    [
        ("standard-v1", 125),
        ("standard-v2", 125),
        ("swiss", 85),
        ("czech", 50),
        ("unep-hub", 70),
        ("imsoc", 6),
    ],
)
def test_nothing_is_found_at_a_stand_in_that_behaves(dialect: str, tried: int) -> None:
    wanted = FEW if dialect == "imsoc" else ()
    options = SimulatorOptions(with_tls=dialect == "imsoc")
    with Simulator(load_dialect(dialect), options=options) as simulator:
        found = results(simulator, wanted=wanted)
    assert not failed(found)
    assert sum(each.outcome is Outcome.PASSED for each in found) >= tried


def test_an_operation_that_a_dialect_lacks_is_not_tried() -> None:
    with Simulator(load_dialect("czech")) as simulator:
        found = {each.case.id: each for each in results(simulator, wanted=("S01", "C11", "P01"))}
    assert "ServiceState does not exist" in found["S01"].finding
    assert found["C11"].outcome is Outcome.NOT_TRIED
    assert found["P01"].outcome is Outcome.PASSED


EVERYTHING = {"S01", "P01", "P08", "P12"}
"""Cases after whose silence a service is left alone."""

MISBEHAVIOUR = {
    Misbehaviour.DEAD: (EVERYTHING, "did not answer in time"),
    Misbehaviour.DRIP: (EVERYTHING, "in time"),
    Misbehaviour.CUT: (EVERYTHING, "broke off in the middle"),
    Misbehaviour.HUGE: (EVERYTHING, "more than 200000 bytes"),
    Misbehaviour.WRONG_XML: (
        {"S01", "P01", "P08", "P12", "T01", "T02", "T03", "X14"},
        "no well-formed XML",
    ),
    Misbehaviour.WRONG_PERMIT: ({"P02", "X14"}, "another number"),
    Misbehaviour.BAD_SIGNATURE: ({"P06"}, "The seal does not hold"),
}
"""Misbehaviour -> the cases of FEW that fail by it, and what each of them says."""


@pytest.mark.parametrize("misbehaviour", MISBEHAVIOUR)
def test_exactly_the_misbehaviour_that_is_on_is_found(misbehaviour: Misbehaviour) -> None:
    cases, words = MISBEHAVIOUR[misbehaviour]
    pace = Pace(drip_seconds=0.05, hold_seconds=2, huge_bytes=300_000)
    options = SimulatorOptions(pace=pace)
    with Simulator(load_dialect("standard-v2"), misbehaviour, options) as simulator:
        found = failed(results(simulator, QUICK, FEW))
        simulator.misbehave(None)
        assert not failed(results(simulator, PATIENT, FEW))
    assert set(found) == cases
    assert not [finding for finding in found.values() if words not in finding]


def test_a_fault_at_200_is_found() -> None:
    with Simulator(load_dialect("standard-v2"), Misbehaviour.FAULT_200) as simulator:
        found = failed(results(simulator, wanted=FEW))
    assert found["F01"] == "The fault came with HTTP status 200, not 500."
    assert "The request was refused" in found["P01"]


@pytest.mark.long_haul  # the short form has all other misbehaviour
def test_a_slow_service_is_found() -> None:
    options = SimulatorOptions(pace=Pace(slow_seconds=5.1, hold_seconds=10))
    with Simulator(load_dialect("standard-v2"), Misbehaviour.SLOW, options) as simulator:
        found = failed(results(simulator, wanted=("P01", "P02", "P07")))
    assert set(found) == {"P07"}
    assert "more than 5" in found["P07"]


@pytest.mark.long_haul
@pytest.mark.parametrize("dialect", ["standard-v1", "swiss", "czech", "unep-hub", "imsoc"])
@pytest.mark.parametrize("misbehaviour", MISBEHAVIOUR)
def test_what_is_found_in_any_dialect_is_the_misbehaviour_alone(
    misbehaviour: Misbehaviour, dialect: str
) -> None:
    _, words = MISBEHAVIOUR[misbehaviour]
    options = SimulatorOptions(pace=Pace(drip_seconds=0.05, hold_seconds=2, huge_bytes=300_000))
    with Simulator(load_dialect(dialect), misbehaviour, options) as simulator:
        found = failed(results(simulator, QUICK, FEW))
        simulator.misbehave(None)
        assert not failed(results(simulator, PATIENT, FEW))
    assert found
    assert not [finding for finding in found.values() if words not in finding]
