"""The table of commands: help lines, removed names, and imports of each command."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import bootstrap
from gateway.cli.command_table import COMMANDS
from gateway.cli.lazy_group import Command, Group
from gateway.cli.main import app
from tests.cli.conftest import Call

HEAVY = {
    "alembic", "cattrs", "cryptography", "jinja2", "lxml", "prometheus_client", "pybreaker",
    "rfc3161_client", "signxml", "spyne", "sqlalchemy", "tenacity", "uvicorn", "zeep",
}  # fmt: skip
OF_EACH_SUBJECT = [
    ("ask",), ("backup",), ("journal", "prune"), ("keys", "list"), ("ledger", "show"),
    ("outbox", "deliver"), ("publish",), ("serve",), ("validate",),
]  # fmt: skip
ROOMS = {"adapters", *(f"gateway.{room}" for room in ("crypto", "partners", "soap", "store"))}
SCRIPT = """
import json, os, sys
from gateway.cli.main import main
for words in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        sys.argv[1:] = words
        try:
            main()
        except SystemExit:
            pass
        print("\\n" + json.dumps([words, list(sys.modules)]), file=sys.stderr, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""
"""Runs commands, each in a process that has imported the command line and nothing else."""


def every(
    table: Mapping[str, Command | Group] = COMMANDS, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Command]]:
    for name, entry in table.items():
        if isinstance(entry, Group):
            yield from every(entry.commands, (*above, name))
        else:
            yield (*above, name), entry


@pytest.mark.parametrize(("words", "command"), list(every()), ids=str)
def test_a_help_line_is_the_first_paragraph_of_the_help(
    words: tuple[str, ...], command: Command, call: Call
) -> None:
    module = import_module(f"gateway.cli.commands.{command.module}")
    paragraph, *_ = cleandoc(getattr(module, command.function).__doc__).split("\n\n")
    assert paragraph == command.help
    shown = call(*words, "-h")
    assert shown.status == 0
    assert f"{' '.join(words)} [OPTIONS]" in shown.out
    assert "<bool>" not in shown.out


@pytest.mark.parametrize("word", ["reverse", "correct", "close", "reopen", "deliver", "nothing"])
def test_a_command_that_there_is_not(word: str, call: Call) -> None:
    answer = call(word, "MZ", "MZ26EX000101")
    assert answer.status == 2
    assert f"No such command '{word}'" in answer.err


def test_ledger_alone_shows_no_permit(call: Call) -> None:
    answer = call("ledger", "MZ", "MZ26EX000101")
    assert answer.status == 2
    assert "No such command 'MZ'" in answer.err


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("epix-gateway out", ["outbox"]),
        ("epix-gateway outbox d", ["drop", "deliver"]),
        ("epix-gateway ask --t", ["--token-file"]),
    ],
)
def test_the_shell_completes_commands_and_options(line: str, found: list[str]) -> None:
    words = line.split()
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    environment = {"_EPIX_GATEWAY_COMPLETE": "complete_bash", **asked}
    done = CliRunner().invoke(app, [], env=environment, prog_name="epix-gateway")
    assert done.stdout.split() == found


def modules_after(*commands: Sequence[str | Path]) -> list[set[str]]:
    """What a process has imported when a command has ended, for each command."""
    asked = [[str(word) for word in words] for words in commands]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(asked)],
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[[")]
    assert [words for words, _ in told] == asked
    return [set(modules) for _, modules in told]


@pytest.mark.slow
def test_help_imports_no_command() -> None:
    pages = [("--help",), ("outbox", "--help"), ("keys", "--help"), ("--version",)]
    for words, imported in zip(pages, modules_after(*pages), strict=True):
        assert not imported & (HEAVY | ROOMS | {"gateway.settings"}), words
        assert not [name for name in imported if name.startswith("gateway.cli.commands.")], words


@pytest.mark.long_haul  # the short form has the test above, and the next one
@pytest.mark.slow
def test_help_of_a_command_imports_neither_a_room_nor_another_command() -> None:
    package = "gateway.cli.commands."
    table = dict(every())
    pages = [(*words, "--help") for words in OF_EACH_SUBJECT]
    for words, imported in zip(OF_EACH_SUBJECT, modules_after(*pages), strict=True):
        assert not imported & (HEAVY | ROOMS), words
        commands = {name.removeprefix(package) for name in imported if name.startswith(package)}
        assert {name for name in commands if "." in name} == {table[words].module}


@pytest.mark.slow
def test_checking_a_configuration_without_partners_imports_no_soap(directory: Path) -> None:
    (imported,) = modules_after(["check-config", "--dir", directory])
    assert not imported & {"spyne", "zeep", "jinja2", "uvicorn", "prometheus_client"}
    assert "gateway.crypto" in imported


@pytest.mark.slow
def test_every_name_of_bootstrap_is_imported_on_demand() -> None:
    for name in bootstrap._modules():
        assert getattr(bootstrap, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        bootstrap.no_such_name  # type: ignore[attr-defined]  # noqa: B018
