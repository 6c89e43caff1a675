"""Questions by mail in both databases: what is stored comes back, and one answer counts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.mail_questions.question import Addressee, Choice, MailAnswer, MailQuestion
from gateway.exchange.ports import Exchange, JournalFilter
from gateway.store import Store
from tests.store.store_acts import clock

NOW = clock()
ADDRESSEE = Addressee(IsoCountryCode("NA"), "Office", "cites@na.example.org", "fr")
QUESTION = MailQuestion(
    "019a0000-0000-7000-8000-000000000001",
    ADDRESSEE,
    CertificateNumber("NA26EX000017"),
    (("7 A", "Crocodylus niloticus"), ("11 A", "5 NAR")),
    "C. Border",
    NOW,
    NOW + timedelta(days=14),
    "a" * 64,
)
ANSWER = MailAnswer(NOW, "H. Shikongo", Choice.YES, Choice.NO, Choice.UNKNOWN, "one\ntwo")


def record(place: int) -> Exchange:
    identity = f"019b0000-0000-7000-8000-0000000000{place:02d}"
    return Exchange.own(identity, "MailQuestionAnswered", NOW, b"{}", permit_number="N")


def test_a_question_comes_back_with_its_answer(store: Store) -> None:
    questions = store.mail_questions
    questions.add(QUESTION, record(1))
    assert questions.by_token("a" * 64) == QUESTION == questions.find(QUESTION.id)
    assert questions.by_token("b" * 64) is None and questions.find("x") is None
    questions.mailed(QUESTION.id, NOW)
    assert questions.answer(QUESTION.id, ANSWER, record(2))
    assert questions.find(QUESTION.id) == replace(QUESTION, mailed_at=NOW, answer=ANSWER)
    assert not questions.answer(QUESTION.id, replace(ANSWER, issued=Choice.NO), record(3))
    assert len(store.journal.search(JournalFilter(permit_number="N"), 9)) == 2


def test_questions_are_listed_by_pages_and_counted_by_address(store: Store) -> None:
    questions = store.mail_questions
    for place in range(3):
        at = NOW + timedelta(minutes=place)
        identity = f"{QUESTION.id[:-1]}{place}"
        each = replace(QUESTION, id=identity, token_sha256=str(place) * 64, asked_at=at)
        questions.add(each, record(place))
    found = questions.newest(None, 2)
    assert [each.id[-1] for each in found] == ["2", "1"]
    assert [each.id[-1] for each in questions.newest(found[-1].id, 2)] == ["0"]
    assert questions.asked_since(ADDRESSEE.address, NOW + timedelta(minutes=1)) == 2
    assert questions.asked_since("other@example.org", NOW) == 0


@pytest.mark.both_databases
def test_of_many_answers_at_once_one_counts(store: Store) -> None:
    store.mail_questions.add(QUESTION, record(0))

    def answer(place: int) -> bool:
        return store.mail_questions.answer(QUESTION.id, ANSWER, record(place))

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(answer, range(1, 5))) == [False, False, False, True]
    assert len(store.journal.search(JournalFilter(permit_number="N"), 9)) == 2
