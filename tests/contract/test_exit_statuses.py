"""Exit statuses: one table in the code, the same on its page, and no number beside it."""

import ast
import re

import pytest

from gateway.cli import exits
from gateway.domain.summary import Outcome
from tests.contract import sources

PAGE = (sources.ROOT / "docs/exit-statuses.md").read_text(encoding="utf-8")
ROWS = {
    int(status): (code.strip("`"), text)
    for status, code, text in re.findall(r"^\| (\d+) \| (\S*) ?\| (.+) \|$", PAGE, re.MULTILINE)
}
OF_THE_SHELL = {0, 2, 130}
COMMANDS = sorted((sources.ROOT / "gateway/cli").rglob("*.py"))


def in_code() -> dict[int, tuple[str, str]]:
    """Status -> code and advice, of everything that has one of its own."""
    judged = {
        verdict.status: (seal.name, verdict.advice) for seal, verdict in exits.VERDICTS.items()
    }
    judged |= {
        status: (outcome.name, outcome.advice("english"))
        for outcome, status in exits.SUMMARIES.items()
        if outcome is not Outcome.MAY_PASS
    }
    return judged | {row.status: (kind.__name__, row.advice) for kind, row in exits.EXITS.items()}


def test_the_page_has_every_status_with_its_code_and_advice() -> None:
    known = {status: row for status, row in in_code().items() if status}
    assert {status: ROWS.get(status) for status in known} == known
    assert set(ROWS) == set(known) | OF_THE_SHELL | {
        exits.CANNOT_DO,
        exits.UNADOPTED,
        exits.DIFFERENT,
    }


@pytest.mark.slow
def test_no_command_ends_with_a_number_of_its_own() -> None:
    found = [
        f"{file.relative_to(sources.ROOT)}:{node.lineno}"
        for file in COMMANDS
        for node in sources.nodes(file.relative_to(sources.ROOT))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"typer.Exit", "sys.exit", "SystemExit"}
        and any(isinstance(value, ast.Constant) and value.value for value in node.args)
    ]
    assert not found


@pytest.mark.slow
def test_keys_of_json_are_in_one_spelling() -> None:
    """A key is a text before a colon; capitals and hyphens in one are another spelling."""
    other = re.compile(r"[a-z]+(?:[A-Z-][A-Za-z]*)+")
    found = [
        f"{file.relative_to(sources.ROOT)}:{key.lineno}: {key.value}"
        for file in COMMANDS
        if file.name != "command_table.py" and "command_groups" not in file.parts
        for node in sources.nodes(file.relative_to(sources.ROOT))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and other.fullmatch(str(key.value))
    ]
    assert not found
