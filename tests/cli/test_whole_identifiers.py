"""Identifiers are whole in every table, whatever the width; their beginnings are enough to type."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from gateway.cli.views.own_permits import listed
from gateway.cli.views.tables import Records
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.exchange.ports import ListedPermit
from tests.builders import ISSUED, a_permit

ID = "0192f0c1-7e6c-7740-9c75-a57f13ffb9c6"
DIGEST = "ab" * 32


def shown(width: int, reason: str = "a reason of several words, told at length") -> list[str]:
    records = Records(("Id", "SHA-256", "Reason"), frozenset(("Id", "SHA-256")))
    for _ in range(2):
        records.add_row(ID, DIGEST, reason)
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.print(records, crop=False)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 60, 100, 117, 118, 200])
def test_an_identifier_is_never_broken(width: int) -> None:
    lines = shown(width)
    assert sum(ID in line for line in lines) == 2
    assert sum(DIGEST in line for line in lines) == 2


def test_wide_terminals_get_a_table_and_narrow_ones_blocks() -> None:
    assert any(ID in line and DIGEST in line for line in shown(118))
    assert [line for line in shown(60) if line.startswith(("Id ", "SHA-256 "))] == [
        f"Id {ID}",
        f"SHA-256 {DIGEST}",
    ] * 2


@pytest.mark.parametrize("width", [60, 200])
def test_words_of_others_begin_no_line(width: int) -> None:
    lines = shown(width, "x\nId forged" + " " * 80 + "Id forged")
    assert not [line for line in lines if line.startswith("Id forged")]
    assert any("\\u000A" in line for line in lines)


def test_a_number_in_the_list_of_permits_is_whole() -> None:
    number = "MZ/2026/EX-" + "0123456789" * 5
    permit = replace(a_permit(), number=CertificateNumber.parse(number))
    authority = Authority(IsoCountryCode.parse("MZ"), "ANAC")
    seen_by = frozenset({"ZA"})
    entry = ListedPermit(1, authority, permit, Status.ISSUED, seen_by, ISSUED, ISSUED)
    out = io.StringIO()
    Console(file=out, width=60, highlight=False).print(listed.view([(entry, False)]), crop=False)
    assert f"Number {number}" in out.getvalue().splitlines()
