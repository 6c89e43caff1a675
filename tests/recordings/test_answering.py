"""Replay of answers: the recorded request, however it is written; another one gets a sentence."""

from dataclasses import replace
from pathlib import Path

from gateway.bootstrap.recordings.judging import box_of
from gateway.recordings.recording import Message, Recording
from gateway.recordings.replaying.answering import MISMATCH, Replay, fault
from gateway.recordings.replaying.requests import Received, replay
from tests.recordings.exchanges import a_request, an_exchange, later, recorded

HUB_FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>'
    b"Server</faultcode><faultstring>CertificateNotFinal</faultstring></s:Fault></s:Body>"
    b"</s:Envelope>"
)


def asking(recording: Recording, prefix: str = "v2", **changes: str) -> Message:
    values = {
        "number": recording.asked["CertificateNumber"],
        "token": recording.asked["TokenId"],
    }
    return Message(a_request(**(values | changes), prefix=prefix))


def test_a_request_gets_its_answer_whatever_prefix_and_layout_it_has(tmp_path: Path) -> None:
    (recording,) = recorded(tmp_path)
    answers = Replay((recording,), box_of)
    assert answers.answer(asking(recording, prefix="other")) is recording
    assert answers.answer(recording.request) is recording
    assert answers.mismatches == []


def test_repeated_requests_get_their_answers_in_order(tmp_path: Path) -> None:
    first, second = recorded(
        tmp_path, an_exchange(HUB_FAULT, outcome="PartnerFault"), later(an_exchange(), 60)
    )
    answers = Replay((first, second), box_of)
    given = [answers.answer(asking(first)) for _ in range(3)]
    assert given == [first, second, second]


def test_another_request_is_told_what_differs(tmp_path: Path) -> None:
    (recording,) = recorded(tmp_path)
    answers = Replay((recording,), box_of)
    sentence = answers.answer(asking(recording, token="WRONG-TOKEN-1"))
    assert isinstance(sentence, str)
    assert recording.name in sentence
    assert "TokenId: recorded" in sentence
    assert sentence.endswith("received another.")
    assert "WRONG-TOKEN-1" not in sentence
    number = answers.answer(asking(recording, number="MZ26EX000099"))
    assert '"MZ26EX000099"' in str(number)
    assert answers.mismatches == [sentence, number]
    assert isinstance(answers.answer(Message(b"no XML")), str)
    assert "there are none" in str(Replay((), box_of).answer(Message(a_request())))


def test_the_fault_is_of_the_version_of_the_request() -> None:
    newer = b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>'
    assert b"soap/envelope/" in fault("a < b", a_request())
    assert MISMATCH.encode() in fault("a < b", a_request())
    assert b"a &lt; b" in fault("a < b", a_request())
    assert b"2003/05/soap-envelope" in fault("x", newer)
    assert b"soap/envelope/" in fault("x", b"no XML")


def test_requests_are_sent_in_order_and_compared(tmp_path: Path) -> None:
    first, second = recorded(
        tmp_path, an_exchange(), later(an_exchange(b"", status=None), 3, id="0193-other")
    )
    sent = []

    def send(recording: Recording) -> Received:
        sent.append(recording.name)
        return Received(200, Message(first.answer.body.replace(b">5<", b">6<", 1)))

    one, two = replay((first, second), send, box_of, lambda: 0.0)
    assert sent == [first.name, second.name]
    assert [(each.box, each.position) for each in one.differences] == [("11", "A")]
    assert not one.is_same
    assert [each.path for each in two.differences] == ["(HTTP status)", ""]


def test_a_known_status_is_compared_and_an_inferred_one_is_not(tmp_path: Path) -> None:
    exchange = an_exchange()
    known, inferred = recorded(
        tmp_path, replace(exchange, is_status_known=True), later(exchange, 3, id="0193-other")
    )
    answer = Message(known.answer.body)
    results = replay((known, inferred), lambda _: Received(500, answer), box_of, lambda: 0.0)
    assert [each.is_same for each in results] == [False, True]
