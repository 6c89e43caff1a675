"""Permits of partners that have ended: the refusal of the issuer is remembered from the journal."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.bootstrap.file_checks import fault_code
from gateway.dialects import FaultForm
from gateway.domain.errors import PartnerUnreachable
from gateway.domain.summary import Outcome
from gateway.exchange.permits.foreign.ask_partner import ForeignPermit, NotShown
from gateway.exchange.permits.foreign.ended import EndedPermits
from gateway.exchange.ports import Direction, JournalFilter
from tests.exchange.asking_acts import RIGHT, Journal, Partner, ask_partner, sealed

FORM = FaultForm(
    mappings=(), epix_detail=True, prefixed_code=True, http_statuses=(500,), source="the contract"
)
NUMBER = "MZ26EX000001"
FAULT = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    "<faultcode>s:Client</faultcode><faultstring>{code}</faultstring>"
    '<detail><f:Fault xmlns:f="urn:CitesDataExchange/fault/"><f:Code>{code}</f:Code>'
    "<f:Text>So it is.</f:Text></f:Fault></detail></s:Fault></s:Body></s:Envelope>"
)


class Records(Journal):
    """The journal, with refusals. Filters as the database does, by what is given."""

    def refusal(self, code: str, hours: int, **changes: object) -> None:
        self.add(None, hours, outcome="PartnerFault")
        answer = {"answer": FAULT.format(code=code).encode()}
        self.exchanges[-1] = replace(self.exchanges[-1], **{**answer, **changes})

    def search(self, wanted: JournalFilter, count: int) -> list:
        found = [
            each
            for each in self.exchanges
            if each.permit_number == wanted.permit_number
            and wanted.operation in (None, each.operation)
            and each.outcome == wanted.outcome
            and (wanted.since is None or each.began_at >= wanted.since)
        ]
        return sorted(found, key=lambda each: each.began_at, reverse=True)[:count]


def ended(journal: Records) -> EndedPermits:
    return EndedPermits(journal, lambda each: fault_code(each.answer, FORM), {"MZ": "mz"})


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (lambda journal: journal.refusal("CertificateCancelled", 2), "CertificateCancelled"),
        (lambda journal: journal.refusal("CertificateReplaced", 2), "CertificateReplaced"),
        (lambda journal: journal.refusal("CertificateNotFound", 2), None),
        (lambda journal: journal.refusal("CertificateCancelled", 2, callee="za"), None),
        (lambda journal: journal.refusal("CertificateCancelled", 2, answer=b"<a"), None),
        (
            lambda journal: journal.refusal("CertificateCancelled", 2, direction=Direction.IN),
            None,
        ),
    ],
)
def test_the_issuer_alone_says_that_a_permit_has_ended(
    write: Callable[[Records], None], code: str | None
) -> None:
    journal = Records()
    journal.add(sealed(RIGHT), hours=5)
    write(journal)
    journal.refusal("CertificateNotFound", 1)  # another token was typed since
    assert ended(journal).code("MZ", NUMBER) == code
    assert ended(journal).code("ZA", NUMBER) is None
    assert ended(journal).code("MZ", "\n") is None


def test_wrong_tokens_typed_since_do_not_hide_that_a_permit_was_cancelled() -> None:
    journal = Records()
    journal.refusal("CertificateCancelled", 5)
    for _ in range(100):
        journal.refusal("CertificateNotFound", 1)
    assert ended(journal).code("MZ", NUMBER) == "CertificateCancelled"


def test_a_permit_that_was_given_out_since_has_not_ended() -> None:
    journal = Records()
    journal.refusal("CertificateCancelled", 2)
    journal.add(sealed(RIGHT), hours=1)
    assert ended(journal).code("MZ", NUMBER) is None


def test_a_copy_is_not_shown_where_the_issuer_is_away_and_had_cancelled_the_permit() -> None:
    journal = Records()
    journal.add(sealed(RIGHT), hours=5)
    asking = ask_partner(journal=journal, MZ=Partner(fails=PartnerUnreachable("No connection.")))
    asking = replace(asking, ended=ended(journal).code)
    copy = asking.ask("MZ", NUMBER, None, final=False)
    assert isinstance(copy, ForeignPermit)
    journal.refusal("CertificateCancelled", 2)
    answer = asking.ask("MZ", NUMBER, None, final=False)
    assert isinstance(answer, NotShown)
    assert answer.summary.outcome is Outcome.DO_NOT_ACCEPT
