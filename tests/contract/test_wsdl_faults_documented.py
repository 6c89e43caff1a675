"""Faults in the published contract: every one that a partner can meet, with side and retry."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain import errors
from gateway.soap.faults import FAULTS

CONTRACT = Path(__file__).parents[2] / "docs" / "wire-contract.md"
ROW = re.compile(
    r"^\| (?P<codes>`[A-Z]\w+`(?:, `\w+`)*) \| (?P<side>[`\w]+) \| (?P<retry>[\w-]+) \| .+ \|$",
    re.MULTILINE,
)
SIDES = {
    errors.RequestRefused: "Client",
    errors.PartnerFailed: "Server",
    errors.InternalFailure: "Server",
}
ENVELOPE_RULES = {"VersionMismatch", "MustUnderstand"}


def documented() -> dict[str, tuple[str, str]]:
    rows = ROW.finditer(CONTRACT.read_text(encoding="utf-8"))
    return {
        code: (row["side"], row["retry"])
        for row in rows
        for code in re.findall(r"\w+", row["codes"])
    }


def leaves(kind: type[errors.GatewayError]) -> Iterator[type[errors.GatewayError]]:
    for child in kind.__subclasses__():
        yield from leaves(child)
    if not kind.__subclasses__():
        yield kind


@pytest.mark.parametrize(("branch", "side"), SIDES.items())
def test_every_error_a_partner_can_meet_is_in_the_contract_with_side_and_retry(
    branch: type[errors.GatewayError], side: str
) -> None:
    published = documented()
    for leaf in leaves(branch):
        code = (FAULTS[leaf].shown_as or leaf).__name__
        expected = f"`{code}`" if code in ENVELOPE_RULES else side
        assert published.get(code) == (expected, str(leaf.retry))


def test_errors_of_our_own_people_are_not_in_the_contract() -> None:
    assert not documented().keys() & {leaf.__name__ for leaf in leaves(errors.InputInvalid)}
