"""Sample permits of our own sandbox, by kind; their tokens stand in its list of cases alone."""

from collections.abc import Mapping

from gateway.exchange.sandbox.cases import SandboxCase, sandbox_cases
from gateway.settings.conformance.sample_permits import PermitKind, SamplePermit

_NUMBERS: Mapping[PermitKind, str] = {
    PermitKind.ISSUED: "MZ26EX000001",
    PermitKind.FINAL: "MZ26EX000003",
    PermitKind.CANCELLED: "MZ26EX000004",
    PermitKind.REPLACED: "MZ26EX000005",
    PermitKind.WITHOUT_TOKEN: "MZ26EX000008",
    PermitKind.ATTACHMENT: "MZ26EX000009",
    PermitKind.CONFIRM: "MZ26EX000002",
}


def sandbox_permits() -> tuple[SamplePermit, ...]:
    """A permit of each kind."""
    return tuple(
        SamplePermit(kind=kind, number=number, token=_case(number).token or None)
        for kind, number in _NUMBERS.items()
    )


def lines_to_confirm() -> dict[str, str]:
    """Lines of the permit to confirm: letter -> quantity."""
    return dict(_case(_NUMBERS[PermitKind.CONFIRM]).quantities)


def _case(number: str) -> SandboxCase:
    """The first case of a number, which has its right token."""
    return next(case for case in sandbox_cases() if case.number == number)
