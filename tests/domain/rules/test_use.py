"""Use of a permit: goods that arrived without an endorsement of the country they left (Q08)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import Partner
from gateway.domain.permit.permit import Permit
from gateway.domain.published import PublishedPermit
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.use import use_findings
from tests.builders import ISSUED, an_examination
from tests.domain.rules.pair import ANAC, LINE, RISK, of

OURS = Partner("mz-customs", IsoCountryCode("MZ"))
THEIRS = Partner("za", IsoCountryCode("ZA"))
TWO_LINES = of(LINE, replace(LINE, id="B"))


def counted(permit: Permit, *seen: tuple[Partner, str]) -> PublishedPermit:
    published = PublishedPermit(ANAC, permit)
    for by, letter in seen:
        at = ISSUED + timedelta(days=9)
        name = f"{by.key}-{letter}"
        published, _, _ = published.confirm([SeenQuantity(letter, "2")], by, at, "0" * 64, name)
    return published


def said(published: PublishedPermit) -> list[Finding]:
    return [finding for finding in use_findings(published) if finding.rule == "Q08"]


def test_goods_that_nobody_saw_leave_are_a_risk_of_their_line() -> None:
    (finding,) = said(counted(TWO_LINES, (THEIRS, "A"), (OURS, "B"), (THEIRS, "B")))
    assert (finding.severity, finding.box, finding.position) == (RISK, "14", "A")
    assert finding.text().startswith("2 NAR counted at import")


@pytest.mark.parametrize(
    ("permit", "seen"),
    [
        (TWO_LINES, ()),
        (TWO_LINES, ((OURS, "A"),)),
        (TWO_LINES, ((OURS, "A"), (THEIRS, "A"))),
        (of(replace(LINE, examination=an_examination("5"))), ((THEIRS, "A"),)),
        (of(type="IMPORT"), ((OURS, "A"),)),
        (of(type="MUSICAL"), ((THEIRS, "A"),)),
    ],
    ids=["unused", "left", "left and arrived", "endorsed on paper", "import permit", "multi-use"],
)
def test_others_are_not(permit: Permit, seen: tuple[tuple[Partner, str], ...]) -> None:
    assert not said(counted(permit, *seen))
