"""Summary on a foreign permit: each row of the table, alone and beside others."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest

from gateway.domain.codes import Language, summary_wording
from gateway.domain.errors import PartnerFault
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.ledger.foreign_use import Counted, is_spent
from gateway.domain.partner import Agreement
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.unreadable import UnreadableLeaf
from gateway.domain.rules import Finding, Severity
from gateway.domain.rules.foreign import ForeignFindings, foreign_findings
from gateway.domain.summary import (
    OUTCOMES,
    Ground,
    Outcome,
    Summary,
    summarise,
    summary_of_fault,
    summary_of_seal,
)
from gateway.domain.verdict import SealStatus, Verdict
from tests.builders import VALID_UNTIL, a_permit, a_position, an_examination

DOCS = Path(__file__).parents[2] / "docs" / "permit-summary.md"
MZ = Authority(IsoCountryCode("MZ"), "MA")
NOON = VALID_UNTIL.replace(hour=12)
"""Noon of the last day."""
LANGUAGES: tuple[Language, ...] = ("english", "french", "spanish")
DATE = UnreadableLeaf("2", None, "EndDateTime", "31 Sept")
WHOLE = (SeenQuantity("A", "5"), SeenQuantity("B", "12.5"), SeenQuantity("C", "3"))
PART = (SeenQuantity("A", "5"), SeenQuantity("B", "12"), SeenQuantity("C", "3"))


def a_verdict(status: SealStatus) -> Verdict:
    return Verdict(status, status, NOON, "The reason.")


def a_finding(severity: Severity, rule: str = "F04", position: str | None = None) -> Finding:
    return Finding(rule, severity, "issue-date-missing", "13", position)


@dataclass(frozen=True)
class Case:
    """What is known of a permit; without a change nothing is found against it."""

    permit: Permit = field(default_factory=a_permit)
    seal: SealStatus = SealStatus.SEALED_VALID
    findings: tuple[Finding, ...] = ()
    referenced: tuple[Finding, ...] = ()
    at: datetime = NOON
    counted: Collection[Counted] = ()
    fetched: datetime | None = None
    agreements: Collection[Agreement] = ()

    @property
    def summary(self) -> Summary:
        return summarise(
            self.permit,
            a_verdict(self.seal),
            ForeignFindings(self.findings, self.referenced),
            at=self.at,
            counted=self.counted,
            fetched=self.fetched,
            agreements=self.agreements,
        )


REFUSED, ASKED, PASSED = Outcome.DO_NOT_ACCEPT, Outcome.ASK_FIRST, Outcome.MAY_PASS
TABLE: dict[str, tuple[Case, Outcome, list[Ground]]] = {
    "nothing": (Case(), PASSED, []),
    "seal broken": (Case(seal=SealStatus.SEALED_BROKEN), REFUSED, [Ground.SEAL_BROKEN]),
    "signer revoked": (Case(seal=SealStatus.REVOKED), REFUSED, [Ground.SIGNER_REVOKED]),
    "no seal": (Case(seal=SealStatus.UNSEALED), ASKED, [Ground.UNSEALED]),
    "signer unknown": (Case(seal=SealStatus.SIGNER_UNKNOWN), ASKED, [Ground.SIGNER_UNKNOWN]),
    "certificate over": (Case(seal=SealStatus.EXPIRED), ASKED, [Ground.CERTIFICATE_EXPIRED]),
    "expired": (Case(at=NOON + timedelta(days=1)), REFUSED, [Ground.EXPIRED]),
    "spent": (Case(counted=[WHOLE]), REFUSED, [Ground.SPENT]),
    "not spent": (Case(counted=[PART]), PASSED, []),
    "used before": (
        Case(referenced=(a_finding(Severity.ERROR, "S06"),)), REFUSED, [Ground.USED],
    ),
    "error of the permit": (
        Case(findings=(a_finding(Severity.ERROR),)), REFUSED, [Ground.INVALID],
    ),
    "other error": (Case(referenced=(a_finding(Severity.ERROR),)), ASKED, [Ground.FINDING]),
    "risk": (Case(findings=(a_finding(Severity.RISK),)), ASKED, [Ground.FINDING]),
    "risk by listings": (Case(referenced=(a_finding(Severity.RISK),)), ASKED, [Ground.FINDING]),
    "warning": (Case(findings=(a_finding(Severity.WARNING),)), PASSED, []),
    "note": (Case(referenced=(a_finding(Severity.INFO),)), PASSED, []),
    "unreadable": (Case(replace(a_permit(), unreadable=(DATE,))), ASKED, [Ground.UNREADABLE]),
    "not set": (
        Case(replace(a_permit(), unreadable=(replace(DATE, not_set=True),))), PASSED, [],
    ),
    "unreachable": (Case(fetched=NOON), ASKED, [Ground.UNREACHABLE]),
    "the worst first": (
        Case(seal=SealStatus.UNSEALED, findings=(a_finding(Severity.ERROR),), fetched=NOON),
        REFUSED,
        [Ground.INVALID, Ground.UNSEALED, Ground.UNREACHABLE],
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", TABLE)
def test_each_row_of_the_table(row: str) -> None:
    case, outcome, grounds = TABLE[row]
    assert (case.summary.outcome, [each.ground for each in case.summary.reasons]) == (
        outcome,
        grounds,
    )


def test_every_seal_has_its_summary_also_where_the_permit_is_not_read() -> None:
    for status in SealStatus:
        assert summary_of_seal(a_verdict(status)).reasons == Case(seal=status).summary.reasons


@pytest.mark.parametrize(
    ("code", "ground"),
    [
        ("CertificateCancelled", Ground.CANCELLED),
        ("CertificateReplaced", Ground.REPLACED),
        ("CertificateExpired", Ground.EXPIRED_FOR_ISSUER),
        ("CertificateNotFound", None),
        ("Fault", None),
    ],
)
def test_a_fault_that_names_the_status_is_a_reason_not_to_accept(
    code: str, ground: Ground | None
) -> None:
    summary = summary_of_fault(PartnerFault("x", partner_code=code, partner_text=""))
    found = [reason.ground for reason in summary.reasons] if summary else [None]
    assert found == [ground]
    assert summary is None or summary.outcome is Outcome.DO_NOT_ACCEPT


def test_lines_that_share_a_finding_are_one_reason() -> None:
    shared = tuple(a_finding(Severity.ERROR, position=letter) for letter in "ABC")
    (reason,) = Case(findings=(*shared, a_finding(Severity.INFO))).summary.reasons
    assert (reason.rule, reason.box, reason.position) == ("F04", "13", "A")
    assert [reason.text(language) for language in LANGUAGES] == [
        "The date of issue is missing. (also on other lines: B, C)",
        "La date de délivrance manque. (aussi sur d'autres lignes : B, C)",
        "Falta la fecha de expedición. (también en otras líneas: B, C)",
    ]


OF_FINDINGS = {Ground.INVALID, Ground.FINDING, Ground.USED}
"""Grounds whose sentence is that of the rule."""


@pytest.mark.parametrize("ground", [each for each in Ground if each not in OF_FINDINGS])
def test_every_ground_is_worded_in_three_languages_with_the_same_places(ground: Ground) -> None:
    wording = summary_wording()[ground]
    texts = [wording.name(language) for language in LANGUAGES]
    assert len(set(texts)) == len(LANGUAGES)
    places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts]
    assert places[0] == places[1] == places[2]


def test_the_table_is_whole() -> None:
    assert set(OUTCOMES) == set(Ground)
    met = {ground for _, _, grounds in TABLE.values() for ground in grounds}
    of_faults = {Ground.CANCELLED, Ground.REPLACED, Ground.EXPIRED_FOR_ISSUER}
    assert met | of_faults == set(Ground)
    assert set(summary_wording()) >= set(Ground) - OF_FINDINGS
    for outcome in Outcome:
        assert len({outcome.text(language) for language in LANGUAGES}) == len(LANGUAGES)
        assert all(bool(outcome.advice(each)) is (outcome is not PASSED) for each in LANGUAGES)


def test_the_documentation_has_the_same_table() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| `([a-z-]+)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == {ground.value: outcome.value for ground, outcome in OUTCOMES.items()}


def with_box_14(amount: str, unit: str) -> Permit:
    return a_permit(positions=(a_position(examination=an_examination(amount, unit)),))


@pytest.mark.parametrize(
    ("permit", "counted", "spent"),
    [
        (a_permit(), [], False),
        (a_permit(), [WHOLE], True),
        (a_permit(), [PART, PART], False),
        (a_permit(), [WHOLE[:2], WHOLE[2:]], True),
        (a_permit(), [WHOLE[:2]], False),
        (a_permit(type="OWNERSHIP"), [WHOLE], False),
        (a_permit(positions=()), [WHOLE], False),
        (a_permit(positions=(a_position(quantity=None),)), [WHOLE], False),
        (with_box_14("4", "NAR"), [(SeenQuantity("A", "4"),)], True),
        (with_box_14("4", "NAR"), [(SeenQuantity("A", "3"),)], False),
        (with_box_14("4", "KGM"), [(SeenQuantity("A", "5"),)], False),
    ],
)
def test_a_permit_is_spent_where_every_line_was_counted_whole(
    permit: Permit, counted: list[Counted], *, spent: bool
) -> None:
    assert is_spent(permit, counted) is spent


LINE = a_position(origin=None, quota=None)
"""A line that no rule remarks on."""


def test_a_box_that_is_not_readable_is_not_called_empty() -> None:
    without = a_permit(valid_until=None, positions=(LINE,))
    assert [each.sentence for each in foreign_findings(without, MZ).all] == ["valid-until-missing"]
    assert not foreign_findings(replace(without, unreadable=(DATE,)), MZ).all
    not_set = replace(without, unreadable=(replace(DATE, not_set=True),))
    assert foreign_findings(not_set, MZ) == foreign_findings(without, MZ)


def test_what_only_our_own_documents_must_keep_is_not_asked_of_a_partner() -> None:
    assert not foreign_findings(a_permit("MZ" + "1" * 40, positions=(LINE,)), MZ).all


DAY = NOON.date()
AGREED = Agreement(frozenset({"EXPORT"}), DAY, None, "Memorandum, article 4")


@pytest.mark.parametrize(
    ("case", "agreement"),
    [
        (Case(agreements=[AGREED]), AGREED),
        (Case(), None),
        (Case(permit=a_permit(type="REEXPORT"), agreements=[AGREED]), None),
        (Case(agreements=[replace(AGREED, since=DAY + timedelta(days=1))]), None),
        (Case(agreements=[replace(AGREED, until=DAY)]), replace(AGREED, until=DAY)),
        (Case(agreements=[replace(AGREED, since=DAY - 2 * timedelta(days=1),
                                  until=DAY - timedelta(days=1))]), None),
        (Case(agreements=[AGREED], seal=SealStatus.UNSEALED), None),
        (Case(agreements=[AGREED], fetched=NOON), None),
    ],
)  # fmt: skip
def test_no_paper_is_needed_only_by_an_agreement_with_a_trusted_seal_and_now(
    case: Case, agreement: Agreement | None
) -> None:
    paper = case.summary.paper
    assert paper is not None
    assert paper.agreement == agreement
    for language in LANGUAGES:
        assert ("Memorandum, article 4" in paper.text(language)) == (agreement is not None)


def test_an_agreement_changes_no_summary() -> None:
    assert Case(agreements=[AGREED]).summary.outcome is PASSED
    assert Case(permit=a_permit(type="REEXPORT"), agreements=[AGREED]).summary.outcome is PASSED


def test_of_a_permit_that_is_not_shown_no_paper_is_spoken() -> None:
    assert summary_of_seal(a_verdict(SealStatus.UNSEALED)).paper is None
