"""Sandbox cases: each permit of the sandbox, a call on it, and the outcome that the call gives.

`cases.csv` is the one list of them. The sandbox is made by it, pages and command line show it, and
a test asks each case over the wire.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from gateway.domain.errors import TooManyRequests
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.partner import OperationName, Partner

CALLER = Partner("sandbox", IsoCountryCode("ZA"))
"""The partner that every caller of the sandbox counts as, with and without certificate.

The table of its key in conf/partners.toml goes before it.
"""

PERMIT = "Permit"
"""Outcome of a call that is answered with a permit."""

UNSEALED, CONFIRMED_BEFORE = "unsealed", "confirmed"
"""Preparation of a permit: published without a seal; confirmed by CALLER before the first call."""


@dataclass(frozen=True, slots=True)
class SandboxCase:
    """A permit, a call on it, and its outcome.

    token: empty where the call has none.  country: IsoCountryCode of the call.
    version: contract version that the outcome is of; None: both.
    quantities: (letter, quantity as written) for ConfirmQuantities.
    outcome: PERMIT, the State of ConfirmQuantitiesResponse (CONFIRMED, ALREADY_CONFIRMED), or the
    code of a fault.
    prepared: how the permit was brought into its state; empty where its record says everything.
    purpose: what the case is for, in one or two sentences.
    """

    number: str
    token: str
    country: str
    version: str | None
    operation: OperationName
    quantities: tuple[tuple[str, str], ...]
    outcome: str
    prepared: str
    purpose: str

    @property
    def is_fault(self) -> bool:
        """Whether the call is answered with a fault."""
        return self.outcome != PERMIT and not self.outcome.isupper()


@cache
def sandbox_cases() -> tuple[SandboxCase, ...]:
    """Every case, in the order of the list."""
    text = resources.files(__package__).joinpath("cases.csv").read_text(encoding="utf-8")
    return tuple(_case(row) for row in csv.DictReader(text.splitlines()))


def spent_numbers() -> frozenset[tuple[IsoCountryCode, CertificateNumber]]:
    """Country and number of each permit whose budget of refused look-ups is always spent."""
    return frozenset(
        (IsoCountryCode(case.country), CertificateNumber.parse(case.number))
        for case in sandbox_cases()
        if case.outcome == TooManyRequests.__name__
    )


def _case(row: dict[str, str]) -> SandboxCase:
    quantities = (pair.split("=") for pair in row["quantities"].split())
    return SandboxCase(
        row["number"],
        row["token"],
        row["country"],
        row["version"] or None,
        OperationName(row["operation"]),
        tuple((letter, quantity) for letter, quantity in quantities),
        row["outcome"],
        row["prepared"],
        row["purpose"],
    )
