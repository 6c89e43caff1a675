"""Client for differences of counts: a gateway that has no such resource is told from a slow one."""

from collections.abc import Callable

import pytest

from gateway.domain.errors import PartnerReplyInvalid, PartnerTimeout, PartnerUnreachable
from gateway.exchange.ports.report.shared import SharingNotOffered
from gateway.partners.mismatch_client import MismatchClient
from tests.partners.conftest import JournalInMemory
from tests.partners.partner_cases import profile
from tests.partners.partner_server import Partner, says
from tests.store.store_acts import clock

ANSWER = b'{"outcomes":[],"v":1}'


def client_of(address: str, journal: JournalInMemory) -> MismatchClient:
    bounded = profile(address, read_timeout_seconds=0.5, total_timeout_seconds=0.5)
    return MismatchClient(bounded, journal, clock, lambda: "id")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "media_type", "body", "error"),
    [
        (404, "text/plain", b"nothing", SharingNotOffered),
        (404, "application/json", b"{}", SharingNotOffered),
        (405, "text/html", b"<p>no</p>", SharingNotOffered),
        (200, "text/html", b"<html>sign in</html>", SharingNotOffered),
        (302, "text/html", b"", SharingNotOffered),
        (500, "text/xml", b"<soap:Fault/>", SharingNotOffered),
        (500, "application/json", b"{}", PartnerUnreachable),
        (429, "application/json", b"{}", PartnerUnreachable),
        (502, "text/html", b"bad gateway", PartnerUnreachable),
        (400, "application/json", b"{}", PartnerReplyInvalid),
        (200, "application/json", b"x" * 300_000, PartnerReplyInvalid),
    ],
)
def test_no_answer_of_the_format_is_named(
    partner: Callable[..., Partner],
    journal: JournalInMemory,
    status: int,
    media_type: str,
    body: bytes,
    error: type[Exception],
) -> None:
    service = partner(says(body, status, media_type))
    with pytest.raises(error):
        client_of(service.address, journal).send(b"{}")
    outcome = "NotOffered" if error is SharingNotOffered else error.__name__
    assert journal.only.outcome == outcome


def test_an_answer_comes_back_and_both_are_recorded(
    partner: Callable[..., Partner], journal: JournalInMemory
) -> None:
    service = partner(says(ANSWER, content_type="application/json; charset=utf-8"))
    assert client_of(service.address, journal).send(b'{"v":1}') == ANSWER
    (asked,) = service.asked
    assert (asked.body, asked.headers["Content-Type"]) == (b'{"v":1}', "application/json")
    assert (journal.only.request, journal.only.answer) == (b'{"v":1}', ANSWER)


def test_a_partner_that_is_away_is_unreachable(journal: JournalInMemory) -> None:
    with pytest.raises(PartnerUnreachable):
        client_of("http://127.0.0.1:9/epix/mismatches", journal).send(b"{}")


def test_a_partner_that_does_not_answer_is_given_up(
    partner: Callable[..., Partner], journal: JournalInMemory
) -> None:
    service = partner(lambda handler: handler.rfile.read(1) and None)
    with pytest.raises(PartnerTimeout):
        client_of(service.address, journal).send(b"{}")
