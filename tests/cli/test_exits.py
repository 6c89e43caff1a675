"""Every error of the tree has an exit status of its own, a sentence and an advice."""

from pathlib import Path

import pytest

from gateway.cli.exits import CANNOT_DO, EXITS, exit_of
from gateway.cli.wording import described, sentence
from gateway.domain import errors
from gateway.domain.errors import GatewayError
from tests.cli.conftest import Call


def leaves(kind: type[GatewayError]) -> list[type[GatewayError]]:
    below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
    return below or [kind]


LEAVES = [leaf for leaf in leaves(GatewayError) if leaf.__module__.startswith("gateway.")]


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_every_error_has_its_row(leaf: type[GatewayError]) -> None:
    row = EXITS[leaf]
    assert 3 <= row.status <= 125
    assert row.advice.endswith(".")


def test_no_row_is_left_over_and_no_status_means_two_things() -> None:
    assert set(EXITS) == set(LEAVES)
    statuses = [row.status for row in EXITS.values()]
    assert len(set(statuses)) == len(statuses)
    assert CANNOT_DO not in statuses


def test_a_sentence_begins_with_the_line_and_the_box() -> None:
    error = errors.QuantityExceeded("More than box 11 allows.", position="A", box="14")
    assert sentence(error) == "line A, box 14: More than box 11 allows."
    assert exit_of(error).status == 33


def test_a_program_gets_code_text_and_every_place() -> None:
    error = errors.SettingsInvalid("Wrong.", file="conf/gateway.toml", line=3, key="server.listen")
    assert described(error) == {
        "code": "SettingsInvalid",
        "text": "Wrong.",
        "file": "conf/gateway.toml",
        "line": 3,
        "key": "server.listen",
    }


def test_of_a_partners_fault_a_program_learns_the_code_and_not_the_partners_sentence() -> None:
    error = errors.PartnerFault(
        "Refused.", partner_code="CertificateNotFound", partner_text="internal words"
    )
    assert described(error) == {
        "code": "PartnerFault",
        "text": "Refused.",
        "partner_code": "CertificateNotFound",
    }


def test_a_defect_leaves_without_stack_trace_path_or_value(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("token SECRET")

    monkeypatch.setattr("gateway.cli.commands.service.check_config.settings_problems", broken)
    answer = call("check-config", "--json")
    assert answer.status == EXITS[errors.InternalError].status
    assert answer.json["error"]["code"] == "InternalError"
    assert "report" in answer.err
    for unwanted in ("Traceback", "SECRET", "/"):
        assert unwanted not in answer.err


def test_a_file_the_system_refuses_is_a_sentence(call: Call, tmp_path: Path) -> None:
    (tmp_path / "records.xml").mkdir()
    answer = call("ask", "MZ", "1", "--token-file", tmp_path / "records.xml", "--dir", tmp_path)
    assert answer.status in (1, 60)
    assert "Traceback" not in answer.err


def test_a_wrong_command_line_leaves_with_2(call: Call) -> None:
    assert call("publish").status == 2
    assert call("nonsense").status == 2
