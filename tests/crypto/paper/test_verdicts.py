"""Verdicts on permit codes: by keys, dates, withdrawn permits and the age of lists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.crypto.paper.cose import PaperSigner
from gateway.domain.errors import InvalidRequest, KeyUnusable
from gateway.domain.identifiers import Authority, IsoCountryCode, TokenId
from gateway.domain.key_revocation import RevocationCause
from gateway.domain.paper.key_list import PaperKeyRevocation
from gateway.domain.paper.statement import PaperStatement
from gateway.domain.paper.verdict import PaperStatus, Unknown
from tests.crypto.paper.papers import (
    ANAC,
    CODEC,
    PAGE,
    PERMIT,
    Paper,
    a_paper,
    status,
    verdict,
    withdrawn_permits,
)
from tests.crypto.permit_seal.seal_pki import NOON

DAY = timedelta(days=1)
NUMBER = PERMIT.number.text


@pytest.fixture(scope="module")
def paper() -> Paper:
    return a_paper()


def revoked(paper: Paper, cause: RevocationCause) -> Paper:
    return replace(paper, revocation=PaperKeyRevocation(NOON - DAY, cause))


def test_a_true_code_says_the_boxes_and_what_it_cannot_know(paper: Paper) -> None:
    found = verdict(paper.code(token=TokenId("K-1")), paper)
    assert found.status is PaperStatus.GENUINE
    assert found.statement is not None
    assert found.statement.number == NUMBER
    assert found.statement.token == TokenId("K-1")
    assert found.unknown == (Unknown.ORIGINAL, Unknown.USED, Unknown.SINCE, Unknown.GOODS)


def test_a_code_of_no_known_key_proves_nothing_and_shows_nothing(paper: Paper) -> None:
    found = verdict(paper.code())
    assert (found.status, found.statement, found.unknown) == (PaperStatus.SIGNER_UNKNOWN, None, ())


@pytest.mark.parametrize("cause", list(RevocationCause))
def test_a_revoked_key(paper: Paper, cause: RevocationCause) -> None:
    """Of a stolen key nothing counts, as a thief writes any moment; of others what was before."""
    withdrawn = revoked(paper, cause)
    assert status(paper.code(at=NOON), withdrawn) is PaperStatus.KEY_REVOKED
    before = status(paper.code(at=NOON - 2 * DAY), withdrawn)
    stolen = cause is RevocationCause.STOLEN
    assert before is (PaperStatus.KEY_REVOKED if stolen else PaperStatus.GENUINE)


def test_a_key_signs_for_its_own_authorities_alone(paper: Paper) -> None:
    other = Authority(IsoCountryCode("ZA"), "DFFE")
    assert status(paper.code(authority=other), paper) is PaperStatus.SIGNER_UNKNOWN
    both = replace(paper, authorities=(other,))
    assert status(paper.code(), both, paper) is PaperStatus.GENUINE


@pytest.mark.parametrize("days", [-200, 200], ids=["before", "future"])
def test_a_moment_outside_of_the_key_is_refused(paper: Paper, days: int) -> None:
    signer = PaperSigner(paper.holder.key, (paper.holder.certificate,))
    statement = PaperStatement.of(PERMIT, ANAC, NOON + days * DAY)
    if days < 0:
        with pytest.raises(KeyUnusable, match="no permit code can be signed now"):
            signer.sign(statement)
        signer.certificate = a_paper().holder.issue("MZ", begin=NOON - 300 * DAY).certificate
    assert status(signer.sign(statement), paper) is PaperStatus.SIGNER_UNKNOWN


def test_dates_of_box_2_are_exact(paper: Paper) -> None:
    end, begin = PERMIT.valid_before, NOON + DAY
    assert end is not None
    code = paper.code()
    fresh = replace(paper, next_at=end + DAY)
    assert status(code, fresh, at=end - timedelta(seconds=1)) is PaperStatus.GENUINE
    assert status(code, fresh, at=end) is PaperStatus.EXPIRED
    early = paper.code(replace(PERMIT, valid_from=begin))
    assert status(early, paper) is PaperStatus.NOT_YET_VALID
    assert status(early, paper, at=begin) is PaperStatus.GENUINE


def test_what_the_list_says_is_withdrawn_has_to_be_asked(paper: Paper) -> None:
    listed = replace(paper, withdrawn=withdrawn_permits(NUMBER, "MZ26EX000999"))
    found = verdict(paper.code(), listed)
    assert found.status is PaperStatus.MAY_BE_WITHDRAWN
    assert "ask" in found.reason


def test_a_withdrawn_permit_of_ours_is_known(paper: Paper) -> None:
    found = verdict(paper.code(), paper, is_withdrawn_here=lambda *permit: permit == (ANAC, NUMBER))
    assert found.status is PaperStatus.WITHDRAWN


def test_an_old_list_or_key_lets_ask(paper: Paper) -> None:
    old = replace(paper, next_at=NOON - DAY)
    assert status(paper.code(), old) is PaperStatus.LIST_OUT_OF_DATE
    permit = replace(PERMIT, valid_until=None)
    late = NOON + 500 * DAY
    fresh = replace(paper, next_at=late)
    assert status(paper.code(permit), fresh, at=late) is PaperStatus.KEY_EXPIRED


@pytest.mark.parametrize(
    "text",
    ["", "hello", f"{PAGE}#", f"{PAGE}#12", f"{PAGE}#1234567890123456x", "https://a#b", "9" * 9000],
)
def test_other_qr_codes_get_a_sentence_that_says_what_to_do(paper: Paper, text: str) -> None:
    with pytest.raises(InvalidRequest, match="Scan"):
        verdict(text, paper)


def test_half_a_code_is_refused(paper: Paper) -> None:
    code = paper.code()
    assert status(code[: len(code) // 2], paper) is PaperStatus.ALTERED


def test_a_later_format_is_said(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.domain.paper.statement.VERSION", 2)
    code = paper.code()
    monkeypatch.undo()
    found = verdict(code, paper)
    assert found.status is PaperStatus.SIGNER_UNKNOWN
    assert "later version" in found.reason


def test_lines_of_the_code_are_bound_to_all_lines() -> None:
    statement = PaperStatement.of(PERMIT, ANAC, NOON)
    digest = CODEC.lines_digest(statement)
    fewer = replace(PERMIT, positions=PERMIT.positions[:-1])
    assert CODEC.lines_digest(PaperStatement.of(fewer, ANAC, NOON)) != digest
