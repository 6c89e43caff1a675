"""Sandbox cases over the wire: each call gives the outcome that it is listed with."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from lxml import etree

from adapters.national import examples
from gateway.domain import errors
from gateway.domain.partner import OperationName
from gateway.exchange.ports import Direction
from gateway.exchange.sandbox.cases import PERMIT, SandboxCase, sandbox_cases
from tests.sandbox.conftest import MadeSandbox

CASES = [
    pytest.param(
        case, version, id=f"{case.number}-{case.operation}-{case.outcome}-{version}-{place}"
    )
    for place, case in enumerate(sandbox_cases())
    for version in ("v1", "v2")
    if case.version in (None, version)
    # This permit has rows of its own for each version.
]
ROOTS = {"v1": "CBFShip", "v2": "CITESEPermit"}
SEAL = "CITES-permit-seal.xml"


def outcome_of(content: etree._Element, version: str) -> str:
    """What the case lists as outcome."""
    if etree.QName(content).localname == "Fault":
        return content.findtext("faultstring") or ""
    if content.find(ROOTS[version]) is not None:
        return PERMIT
    return content.findtext("State") or ""


def one(number: str, operation: str = OperationName.GET_NON_FINAL) -> SandboxCase:
    return next(
        case
        for case in sandbox_cases()
        if (case.number, case.operation) == (number, operation) and case.version in (None, "v2")
    )


@pytest.fixture
def sandbox(team: MadeSandbox) -> MadeSandbox:
    """The sandbox at its beginning."""
    team.reset()
    return team


@pytest.mark.parametrize(("case", "version"), CASES)
def test_a_case_gives_the_outcome_that_it_is_listed_with(
    team: MadeSandbox, case: SandboxCase, version: str
) -> None:
    if case.quantities:
        team.reset()
    content = team.ask(case, version, certificate=team.certificate)
    assert outcome_of(content, version) == case.outcome
    assert case.is_fault is (etree.QName(content).localname == "Fault")


@pytest.mark.parametrize("case", sandbox_cases(), ids=lambda case: f"{case.number}-{case.outcome}")
def test_a_sandbox_without_tls_gives_the_same(alone: MadeSandbox, case: SandboxCase) -> None:
    if case.quantities:
        alone.reset()
    version = case.version or "v2"
    content = alone.ask(case, version, certificate=None)
    assert outcome_of(content, version) == case.outcome


def attachments(sandbox: MadeSandbox, number: str) -> list[str]:
    content = sandbox.ask(one(number), "v2", certificate=sandbox.certificate)
    return [name.text or "" for name in content.iter("AttachmentName")]


def test_attachments_are_as_the_purposes_say(sandbox: MadeSandbox) -> None:
    assert attachments(sandbox, "MZ26EX000001") == [SEAL]
    assert attachments(sandbox, "MZ26EX000009") == ["MZ26EX000009.pdf", SEAL]
    assert attachments(sandbox, "MZ26EX000013") == [
        "MZ26EX000013.pdf",
        "MZ26EX000013-skins.png",
        "MZ26EX000013-crate.png",
        SEAL,
    ]
    assert attachments(sandbox, "MZ26EX000018") == []


def test_the_permit_of_many_lines_has_sixty(sandbox: MadeSandbox) -> None:
    content = sandbox.ask(one("MZ26EX000012"), "v2", certificate=sandbox.certificate)
    lines = [
        line.findtext("{*}ID") for line in content.iter("{*}IncludedSupplyChainConsignmentItem")
    ]
    assert (len(lines), lines[0], lines[26], lines[-1]) == (60, "A", "AA", "BH")


def test_faults_name_the_successor_of_a_replaced_permit(sandbox: MadeSandbox) -> None:
    for number, successor in (("MZ26EX000005", "MZ26EX000001"), ("MZ26EX000016", "MZ26EX000017")):
        content = sandbox.ask(one(number), "v2", certificate=sandbox.certificate)
        assert successor in (content.findtext("detail/{*}Fault/{*}Text") or "")


def test_a_confirmation_is_booked_once_and_makes_the_permit_final(sandbox: MadeSandbox) -> None:
    case = one("MZ26EX000002", OperationName.CONFIRM_QUANTITIES)
    first = sandbox.ask(case, "v2", certificate=sandbox.certificate)
    again = sandbox.ask(case, "v2", certificate=sandbox.certificate)
    assert again.findtext("State") == "ALREADY_CONFIRMED"
    assert again.findtext("ConfirmationId") == first.findtext("ConfirmationId")


def test_the_spent_budget_stays_spent(sandbox: MadeSandbox) -> None:
    case = one("MZ26EX000098")
    asked = [sandbox.ask(case, "v2", certificate=sandbox.certificate) for _ in range(3)]
    assert {outcome_of(content, "v2") for content in asked} == {"TooManyRequests"}


def test_without_its_certificate_nothing_is_answered(team: MadeSandbox) -> None:
    content = team.ask(one("MZ26EX000001"), "v2", certificate=None)
    assert outcome_of(content, "v2") == "CertificateMissing"


def test_every_record_has_a_case_and_every_case_the_token_of_its_record() -> None:
    text = (examples.directory() / "sandbox.json").read_text(encoding="utf-8")
    tokens = {record["number"]: record.get("token", "") for record in json.loads(text)}
    assert set(tokens) <= {case.number for case in sandbox_cases()}
    answered = [case for case in sandbox_cases() if not case.is_fault]
    assert {case.number for case in answered} <= set(tokens)
    assert all(case.token == tokens[case.number] for case in answered)


def test_every_fault_is_one_of_ours_and_no_call_stands_twice() -> None:
    assert all(hasattr(errors, case.outcome) for case in sandbox_cases() if case.is_fault)
    calls = Counter(
        (case.number, case.token, case.country, case.version, case.operation, case.quantities)
        for case in sandbox_cases()
    )
    assert max(calls.values()) == 1


def test_a_reset_takes_back_what_was_confirmed_and_journalled(sandbox: MadeSandbox) -> None:
    """The connections of the site stay open over the reset."""
    confirm = one("MZ26EX000002", OperationName.CONFIRM_QUANTITIES)
    assert sandbox.ask(confirm, "v1", certificate=sandbox.certificate).findtext("State")
    assert journalled(sandbox) == ["ConfirmQuantities"]
    sandbox.reset()
    assert journalled(sandbox) == []
    final = replace(confirm, operation=OperationName.GET_FINAL, quantities=())
    content = sandbox.ask(final, "v1", certificate=sandbox.certificate)
    assert outcome_of(content, "v1") == "CertificateNotFinal"


def journalled(sandbox: MadeSandbox) -> list[str | None]:
    """Operations that the journal has of callers."""
    found = sandbox.gateway.store.journal.latest(100)
    return [exchange.operation for exchange in found if exchange.direction is Direction.IN]


def test_permits_of_a_new_sandbox_are_as_they_are_recorded(sandbox: MadeSandbox) -> None:
    """None is suspended by the background job, the one without a seal neither."""
    assert sandbox.gateway.integrity.watch.round() == 0
    assert sandbox.gateway.store.integrity.suspended() == frozenset()
