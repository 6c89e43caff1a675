"""Every exchange with a partner is kept, answered or not; no token reaches the log."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.domain.errors import PartnerFailed, ServiceUnavailable
from gateway.domain.partner import OperationName
from gateway.exchange.ports import Direction, Exchange
from tests.partners.partner_cases import NUMBER, TOKEN, envelope
from tests.partners.partner_server import Answer, says, writes

FAULT = envelope("partner_fault_hub.xml")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"


def test_an_answered_exchange_is_kept_whole(asking: Callable, journal: Any) -> None:
    client, partner = asking("partner_v2_permit.xml")
    client.certificate(OperationName.GET_FINAL, NUMBER, TOKEN)
    assert journal.only == Exchange(
        id="exchange-1",
        direction=Direction.OUT,
        began_at=datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC),
        ended_at=datetime(2026, 3, 2, 8, 0, 1, tzinfo=UTC),
        operation="GetFinalCitesCertificate",
        caller=None,
        callee="za-dffe",
        fingerprint=None,
        permit_number="ZA26EX000417",
        outcome="ok",
        request=partner.asked[0].body,
        answer=envelope("partner_v2_permit.xml"),
    )


@pytest.mark.parametrize(
    ("answer", "outcome", "kept"),
    [
        pytest.param(says(FAULT, 500), "PartnerFault", FAULT, id="fault"),
        pytest.param(
            "partner_no_permit.xml",
            "PartnerReplyInvalid",
            envelope("partner_no_permit.xml"),
            id="invalid",
        ),
        pytest.param(
            "partner_doctype.xml",
            "PartnerReplyInvalid",
            envelope("partner_doctype.xml"),
            id="DOCTYPE",
        ),
        pytest.param(says(b"<html/>", 302), "PartnerReplyInvalid", b"<html/>", id="redirect"),
        pytest.param(
            says(b"\x1f\x8b", Content_Encoding="gzip"),
            "PartnerReplyInvalid",
            b"\x1f\x8b",
            id="compressed",
        ),
        pytest.param(says(b"busy", 503), "PartnerUnreachable", b"busy", id="unavailable"),
        pytest.param(
            writes(HEAD + b"<Envelope>"), "PartnerReplyInvalid", b"<Envelope>", id="truncated"
        ),
        pytest.param(writes(), "PartnerUnreachable", b"", id="closed"),
    ],
)
def test_a_failed_exchange_is_kept_with_what_came(
    asking: Callable, journal: Any, answer: Answer | str, outcome: str, kept: bytes
) -> None:
    client, partner = asking(answer)
    with pytest.raises(PartnerFailed) as failed:
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    assert failed.value.code == outcome
    assert (journal.only.outcome, journal.only.answer) == (outcome, kept)
    assert journal.only.request == partner.asked[0].body


def test_an_unreachable_partner_is_kept_too(endpoint: Callable, journal: Any) -> None:
    with pytest.raises(PartnerFailed):
        endpoint("http://127.0.0.1:1/").state()
    assert (journal.only.outcome, journal.only.operation) == ("PartnerUnreachable", "ServiceState")
    assert (journal.only.permit_number, journal.only.answer) == (None, b"")
    assert b"ServiceStateRequest" in journal.only.request


def test_an_exchange_that_cannot_be_kept_is_no_success(
    asking: Callable, journal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Exchange) -> None:
        raise ServiceUnavailable("The journal cannot be written.")

    monkeypatch.setattr(journal, "record", full)
    client, _ = asking("partner_state.xml")
    with pytest.raises(ServiceUnavailable):
        client.state()


@pytest.mark.parametrize("answer", ["partner_v2_permit.xml", "partner_fault_detail.xml"])
def test_the_log_has_one_line_per_exchange_and_no_token_and_no_message(
    asking: Callable, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    client, _ = asking(answer)
    with caplog.at_level(logging.DEBUG):
        try:
            client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
        except PartnerFailed as failed:
            assert TOKEN.text not in f"{failed!r} {failed}"
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("gateway")]
    assert len(lines) == 1
    assert (
        "partner=za-dffe operation=GetNonFinalCitesCertificate permit=ZA26EX000417 outcome="
        in lines[0]
    )
    assert TOKEN.text not in caplog.text
    assert "Envelope" not in caplog.text
