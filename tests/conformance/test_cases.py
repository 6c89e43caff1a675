"""Case files: whole, of the contract, and in the words that the program knows."""

import re
from pathlib import Path

import pytest

from gateway.conformance.case import Case, RequestForm
from gateway.conformance.case_files import all_cases
from gateway.conformance.checks import CHECKS
from gateway.conformance.messages import FORMS
from gateway.domain.partner import OperationName
from gateway.settings.conformance.sample_permits import PermitKind

EACH = pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
CONTRACT = Path(__file__).parents[2] / "docs" / "wire-contract.md"
SECTIONS = set(
    re.findall(r"^##+ ([\d.]+?)\.? ", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE)
)


@EACH
def test_a_case_is_whole(case: Case) -> None:
    for text in (case.purpose, case.cause, case.cure):
        assert len(text) > 10 and text.endswith("."), text
    assert not case.title.endswith("."), case.title
    assert case.requirement in SECTIONS
    assert case.expect


@EACH
def test_a_case_names_what_the_program_knows(case: Case) -> None:
    assert set(case.expect) <= {*CHECKS, "seal"}
    if case.request is None:
        return
    form: RequestForm = case.request
    assert form.form in FORMS
    assert form.operation in list(OperationName)
    assert form.permit in {"", "unknown", *PermitKind}
    assert form.token in {"right", "wrong", "absent", "empty", "nil", "of-another"}
    assert form.number in {"as-is", "padded", "lower-case"}
    assert form.country in {"own", "absent", "other"}
    assert form.action in {"contract", "unquoted", "bare", "empty", "absent", "of-another"}


def test_everything_that_confirms_says_so() -> None:
    silent = [
        case.id
        for case in all_cases()
        if case.request and case.request.operation == "ConfirmQuantities" and not case.writes
    ]
    assert not silent


def test_every_operation_and_every_check_is_used() -> None:
    used = {case.request.operation for case in all_cases() if case.request}
    assert used == {each.value for each in OperationName}
    assert {name for case in all_cases() for name in case.expect} == {*CHECKS, "seal"}
    assert {case.request.form for case in all_cases() if case.request} == FORMS
