"""Exit status of `ask`: success only where the permit may pass; one number for one summary."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.cli.exits import EXITS, SUMMARIES, VERDICTS
from gateway.domain.errors import (
    CalleeNotFound,
    GatewayError,
    PartnerFault,
    PartnerUnreachable,
)
from gateway.domain.summary import (
    Ground,
    Outcome,
    Reason,
    Summary,
    summary_of_fault,
    summary_of_seal,
)
from gateway.domain.verdict import SealStatus, Verdict
from gateway.exchange.permits.foreign.ask_partner import ForeignPermit, NotShown
from gateway.exchange.ports import Attachment, PartnerReply
from tests.builders import a_permit
from tests.cli.conftest import Call

FORGED = "✓ SEALED AND VALID"
NOW = datetime.now(UTC)
Asked = Callable[[ForeignPermit | NotShown | GatewayError], None]


@dataclass(frozen=True)
class Asking:
    """The use case, with a fixed answer."""

    answer: ForeignPermit | NotShown | GatewayError

    def ask(self, *_: object) -> ForeignPermit | NotShown:
        if isinstance(self.answer, GatewayError):
            raise self.answer
        return self.answer


@dataclass(frozen=True)
class Partners:
    """The part of a gateway that asks."""

    ask: Asking


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Let `ask` be answered so."""

    def answered(answer: ForeignPermit | NotShown | GatewayError) -> None:
        @contextmanager
        def partners(_: object) -> Iterator[Partners]:
            yield Partners(Asking(answer))

        monkeypatch.setattr(bootstrap, "open_partners", partners)

    return answered


def a_verdict(status: SealStatus) -> Verdict:
    signer = None if status is SealStatus.UNSEALED else f"CN=x\n{FORGED}"
    return Verdict(status, status, NOW, "The reason.", signer)


def a_foreign(status: SealStatus, *more: Reason) -> ForeignPermit:
    verdict, attachment = a_verdict(status), Attachment(f"list.pdf\n{FORGED}", b"%PDF")
    reply = PartnerReply(b"<a/>", "v2", (attachment,), None)
    summary = Summary((*more, *summary_of_seal(verdict).reasons))
    return ForeignPermit(a_permit(), verdict, reply, (), summary)


@pytest.mark.parametrize("as_json", [(), ("--json",)])
@pytest.mark.parametrize(
    ("status", "exit_status", "advice"),
    [
        (SealStatus.SEALED_VALID, 0, ""),
        (SealStatus.UNSEALED, 58, "Ask the issuing authority"),
        (SealStatus.SEALED_BROKEN, 59, "Do not accept the document"),
        (SealStatus.SIGNER_UNKNOWN, 58, "Ask the issuing authority"),
        (SealStatus.EXPIRED, 58, "Ask the issuing authority"),
        (SealStatus.REVOKED, 59, "Do not accept the document"),
    ],
)
def test_a_permit_is_shown_and_the_status_says_what_a_person_does_with_it(
    call: Call,
    directory: Path,
    asked: Asked,
    status: SealStatus,
    exit_status: int,
    advice: str,
    as_json: tuple[str, ...],
) -> None:
    asked(a_foreign(status))
    answer = call("ask", "ZA", "MZ26EX000001", "--dir", directory, *as_json)
    assert answer.status == exit_status
    assert "Crocodylus niloticus" in answer.out
    assert answer.err.startswith("No token is sent.")
    further = answer.err.partition("--token-file FILE.\n")[2]
    assert (advice in further) if advice else not further
    # The seal has its own line, below the summary; a forged one begins none.
    lines = answer.out.split("\n")
    genuine = lines.index(FORGED) if status is SealStatus.SEALED_VALID and not as_json else -1
    assert not [at for at, line in enumerate(lines) if line.startswith(FORGED) and at != genuine]
    assert f"list.pdf\\u000A{FORGED}" in answer.out or as_json
    if as_json:
        assert answer.json["seal"]["verdict"] == status.value
        assert answer.json["attachments"][0]["name"] == f"list.pdf\n{FORGED}"


def test_a_country_may_be_typed_in_small_letters(call: Call, directory: Path) -> None:
    answer = call("ask", "zz", "MZ26EX000001", "--dir", directory)
    assert answer.status == EXITS[CalleeNotFound].status
    assert "No partner with an address is configured for ZZ." in answer.err


def test_a_valid_seal_alone_is_no_success(call: Call, directory: Path, asked: Asked) -> None:
    asked(a_foreign(SealStatus.SEALED_VALID, Reason(Ground.SPENT)))
    assert call("ask", "ZA", "MZ26EX000001", "--dir", directory).status == 59


CANCELLED = PartnerFault("ZA refused.", partner_code="CertificateCancelled", partner_text="no")
UNSEALED = a_verdict(SealStatus.UNSEALED)
OF_FAULT = summary_of_fault(CANCELLED) or Summary()
NOT_SHOWN = {
    "cancelled": (NotShown(OF_FAULT, CANCELLED), 59, "PartnerFault"),
    "must seal": (
        NotShown(summary_of_seal(UNSEALED), UNSEALED.refusal(), UNSEALED), 58, "SignatureMissing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_SHOWN)
def test_a_permit_that_is_not_shown_has_its_summary_and_the_error(
    call: Call, directory: Path, asked: Asked, case: str
) -> None:
    answer, exit_status, code = NOT_SHOWN[case]
    asked(answer)
    said = call("ask", "ZA", "MZ26EX000001", "--dir", directory)
    assert said.status == exit_status
    headline = answer.summary.outcome.text()
    assert said.out.split("\n")[0].endswith(headline)
    assert f"Error: {answer.error.text}" in said.err
    program = call("ask", "ZA", "MZ26EX000001", "--dir", directory, "--json")
    assert program.status == exit_status
    assert program.json["summary"] == answer.summary.outcome.value
    assert program.json["error"]["code"] == code
    assert ("seal" in program.json) is (answer.verdict is not None)
    assert "boxes" not in program.json


def test_an_error_that_says_nothing_of_the_permit_keeps_its_status(
    call: Call, directory: Path, asked: Asked
) -> None:
    asked(PartnerUnreachable("ZA refused the connection."))
    answer = call("ask", "ZA", "MZ26EX000001", "--dir", directory, "--json")
    assert (answer.status, set(answer.json)) == (EXITS[PartnerUnreachable].status, {"error"})


def test_one_number_has_one_meaning() -> None:
    assert set(SUMMARIES) == set(Outcome)
    assert [outcome for outcome, status in SUMMARIES.items() if status == 0] == [Outcome.MAY_PASS]
    others = {row.status for row in (*EXITS.values(), *VERDICTS.values())}
    own = [status for status in SUMMARIES.values() if status]
    assert len(set(own)) == len(own)
    assert not set(own) & others


def test_help_names_the_statuses(call: Call) -> None:
    said = call("ask", "--help").out
    assert all(str(status) in said for status in SUMMARIES.values())
    said = call("seal", "verify", "--help").out
    assert all(str(row.status) in said for row in VERDICTS.values())


def test_an_earlier_copy_says_when_it_came(call: Call, directory: Path, asked: Asked) -> None:
    reason = Reason(Ground.UNREACHABLE, words=(("fetched", "2026-11-28 07:00 UTC"),))
    asked(replace(a_foreign(SealStatus.SEALED_VALID, reason), fetched=NOW))
    answer = call("ask", "ZA", "MZ26EX000001", "--dir", directory)
    assert (answer.status, "on 2026-11-28 07:00 UTC." in " ".join(answer.out.split())) == (
        58,
        True,
    )
    program = call("ask", "ZA", "MZ26EX000001", "--dir", directory, "--json")
    assert datetime.fromisoformat(program.json["fetched"]) == NOW
