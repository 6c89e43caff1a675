"""Exit status of `ask`: success only where the seal of the permit is valid, then and now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.cli.exits import EXITS, VERDICTS
from gateway.domain import errors
from gateway.domain.verdict import SealStatus, Verdict
from gateway.exchange.permits.ask_partner import ForeignPermit
from gateway.exchange.ports import Attachment, PartnerReply
from tests.builders import a_permit
from tests.cli.conftest import Call

FORGED = "✓ SEALED AND VALID"
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Asking:
    """The use case, with a permit whose seal has this status."""

    status: SealStatus

    def ask(self, *_: object) -> ForeignPermit:
        signer = None if self.status is SealStatus.UNSEALED else f"CN=x\n{FORGED}"
        verdict = Verdict(self.status, self.status, NOW, "The reason.", signer)
        attachment = Attachment(f"list.pdf\n{FORGED}", b"%PDF")
        return ForeignPermit(a_permit(), verdict, PartnerReply(b"<a/>", "v2", (attachment,), None))


@dataclass(frozen=True)
class Partners:
    """The part of a gateway that asks."""

    ask: Asking


@pytest.mark.parametrize("as_json", [(), ("--json",)])
@pytest.mark.parametrize(
    ("status", "exit_status", "advice"),
    [
        (SealStatus.SEALED_VALID, 0, ""),
        (SealStatus.UNSEALED, 44, "Ask first"),
        (SealStatus.SEALED_BROKEN, 45, "Do not accept the document"),
        (SealStatus.SIGNER_UNKNOWN, 46, "Ask first"),
        (SealStatus.EXPIRED, 53, "Ask first"),
        (SealStatus.REVOKED, 56, "Do not accept the document"),
    ],
)
def test_a_permit_is_shown_and_the_status_says_what_its_seal_is_worth(
    call: Call,
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: SealStatus,
    exit_status: int,
    advice: str,
    as_json: tuple[str, ...],
) -> None:
    @contextmanager
    def partners(_: object) -> Iterator[Partners]:
        yield Partners(Asking(status))

    monkeypatch.setattr(bootstrap, "open_partners", partners)
    answer = call("ask", "ZA", "MZ26EX000001", "--dir", directory, *as_json)
    assert answer.status == exit_status == VERDICTS[status].status
    assert "Crocodylus niloticus" in answer.out
    assert (advice in answer.err) if advice else not answer.err
    assert not [line for line in answer.out.split("\n")[1:] if line.startswith(FORGED)]
    assert f"list.pdf\\u000A{FORGED}" in answer.out or as_json
    if as_json:
        assert answer.json["seal"]["verdict"] == status.value
        assert answer.json["attachments"][0]["name"] == f"list.pdf\n{FORGED}"


def test_every_status_of_a_seal_has_a_row_and_one_number_has_one_meaning() -> None:
    assert set(VERDICTS) == set(SealStatus)
    assert len({row.status for row in VERDICTS.values()}) == len(SealStatus)
    refused = {
        SealStatus.UNSEALED: errors.SignatureMissing,
        SealStatus.SEALED_BROKEN: errors.SignatureInvalid,
        SealStatus.SIGNER_UNKNOWN: errors.SignerNotTrusted,
    }
    others = {row.status for kind, row in EXITS.items() if kind not in refused.values()}
    for status, row in VERDICTS.items():
        assert row.status not in others
        if status in refused:
            assert row.status == EXITS[refused[status]].status


def test_help_names_the_statuses(call: Call) -> None:
    for words in (("ask",), ("seal", "verify")):
        said = call(*words, "--help").out
        assert all(str(row.status) in said for row in VERDICTS.values())
