"""Journal records as exchanges to be recorded: status and end follow from the outcome."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.bootstrap.recordings.judging import outcome_of
from gateway.domain.errors import RecordingInvalid
from gateway.exchange.journal.message_retention import MessageDigest
from gateway.exchange.ports import Direction, Exchange
from gateway.recordings.journal_exchanges import raw_exchange
from gateway.recordings.recording import End, Way
from tests.partners.partner_cases import envelope
from tests.recordings.exchanges import (
    BEGAN,
    EXCHANGE_ID,
    FINGERPRINT,
    NUMBER,
    a_request,
    an_answer,
)

RECORD = Exchange(
    id=EXCHANGE_ID,
    direction=Direction.OUT,
    began_at=BEGAN,
    ended_at=BEGAN + timedelta(seconds=1.5),
    operation="GetNonFinalCitesCertificate",
    caller=None,
    callee="za-dffe",
    fingerprint=FINGERPRINT,
    permit_number=NUMBER,
    outcome="ok",
    request=a_request(),
    answer=an_answer(),
)
FAULT = envelope("partner_fault_hub.xml")


@pytest.mark.parametrize(
    ("outcome", "answer", "status", "end"),
    [
        ("ok", RECORD.answer, 200, End.COMPLETE),
        ("PartnerFault", FAULT, 500, End.COMPLETE),
        ("PartnerReplyInvalid", b"<html>", 200, End.COMPLETE),
        ("PartnerReplyInvalid", RECORD.answer, 500, End.COMPLETE),
        ("PartnerUnreachable", b"<html>", 503, End.COMPLETE),
        ("PartnerUnreachable", b"", None, End.CLOSED),
        ("PartnerTimeout", b"", None, End.TIMED_OUT),
        ("PartnerTimeout", b"<a>", 200, End.TIMED_OUT),
        ("SignatureInvalid", RECORD.answer, 200, End.COMPLETE),
    ],
)
def test_the_likeliest_status_gives_the_outcome(
    outcome: str, answer: bytes, status: int | None, end: End
) -> None:
    raw = raw_exchange(replace(RECORD, outcome=outcome, answer=answer), outcome_of)
    assert (raw.status, raw.end, raw.is_status_known) == (status, end, False)
    assert (raw.way, raw.partner, raw.took_seconds) == (Way.OUT, "za-dffe", 1.5)
    assert raw.names == (EXCHANGE_ID, FINGERPRINT, NUMBER)


def test_an_answer_of_ours_has_the_status_of_the_contract() -> None:
    ours = replace(RECORD, direction=Direction.IN, caller="za", callee=None)
    assert raw_exchange(ours, outcome_of).status == 200
    refused = replace(ours, outcome="CertificateNotFound", answer=FAULT)
    raw = raw_exchange(refused, outcome_of)
    assert (raw.status, raw.way, raw.partner) == (500, Way.IN, "za")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (replace(RECORD, direction=Direction.OWN), "our own staff"),
        (replace(RECORD, request=b""), "does not hold its request"),
        (replace(RECORD, request=MessageDigest.of(b"x").text()), "only a digest"),
    ],
    ids=["own", "no request", "digest"],
)
def test_what_is_no_exchange_is_refused(record: Exchange, words: str) -> None:
    with pytest.raises(RecordingInvalid, match=words):
        raw_exchange(record, outcome_of)
