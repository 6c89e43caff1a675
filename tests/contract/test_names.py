"""Names of the trade: no invented word that was renamed comes back as a name in the program.

Names are variables, attributes, parameters, functions, classes and modules; prose is not looked at.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.contract import sources

pytestmark = pytest.mark.slow

EXEMPT = Path("gateway/store/migrations/versions")
"""Migrations keep the names that their tables had."""

_NOWHERE = """
    Crowd _QUIET_TURNS QUIET_TURNS Turns TurnTakingLoop COURTESY_SECONDS _knocked _greet Departures
    evenly EVENED_OUT leaves_at SPAN_SECONDS Door Edge Shown NOBODY SoapDoor _Talk Shapes elsewhere
    Dispatch Asked Grammar KeptConnection Prepared Given Waits UNHURRIED _unhurried of_connecting
    patience PunctualConnection RememberedDocuments TakenMessages _taken_apart _put_together
    named_in Spliced Kept KeptPermit Answers stand_in OpenPermit opens TokenSeal Served
    refusal_budget LedgerDeed HoldDeeds StampDeeds deed deeds Answerable Worth vouched
    require_vouched HouseFault Trouble Standing NEVER_ISSUED SILENT answer_of NoAnswer TokenVault
    PartnerPatience PartnerResting unusable Duty duty duties leaving crowd knock house
"""
GONE = frozenset(_NOWHERE.split())
"""Nowhere in the program."""

GONE_IN: dict[str, frozenset[str]] = {
    "gateway/serving": frozenset({"greet", "knocked", "turns"}),
    "gateway/serving/delayed_send.py": frozenset({"at"}),
    "gateway/serving/group_commit.py": frozenset({"settled"}),
    "gateway/soap": frozenset({"_told", "_unseen", "_cut"}),
    "gateway/soap/reading/known_structures.py": frozenset({"know", "learn"}),
    "gateway/store/database/prepared.py": frozenset({"Kept", "kept"}),
    "gateway/store/database/locks.py": frozenset({"take", "taken", "turn"}),
    "gateway/store/database/sqlite_writer.py": frozenset({"Line", "line", "enter", "leave"}),
    "gateway/store/replay_cache.py": frozenset({"take", "taken", "mark"}),
    "gateway/exchange/service/served_authorities.py": frozenset({"of"}),
    "gateway/exchange/stored_bytes.py": frozenset({"kept"}),
    "gateway/domain/responsible_person.py": frozenset({"named"}),
    "gateway/crypto/callers": frozenset({"standing"}),
    "gateway/crypto/encryption/token_encryption.py": frozenset({"open", "shut"}),
    "gateway/partners/retry.py": frozenset({"through", "resting"}),
    "adapters": frozenset({"take", "show", "echo", "demands", "carriage", "assemble"}),
}
"""In one file or folder: elsewhere the word is the name of another thing, and right."""

GONE_FILES = [
    *(f"adapters/{name}.py" for name in ("carriage", "demands", "shape", "parts", "context")),
    *(f"gateway/bootstrap/{name}.py" for name in ("trying", "duties")),
    *(f"gateway/settings/{name}.py" for name in ("house", "doors")),
    *(
        f"gateway/serving/{name}.py"
        for name in ("crowd", "turns", "departures", "door", "edge", "refusals")
    ),
    *(
        f"gateway/soap/{name}.py"
        for name in ("evenly", "shapes", "transport", "grammar", "writing", "package", "names")
    ),
    *(
        f"gateway/store/{name}.py"
        for name in (
            *("kept", "waits", "punctual", "writers", "turns", "failures", "taken", "entries"),
            *("remembered", "answers"),
        )
    ),
    *(
        f"gateway/exchange/{name}.py"
        for name in ("spliced", "opening", "writing", "refusal_budget", "steady_clock", "served")
    ),
    *(f"gateway/partners/{name}.py" for name in ("patience", "vouched", "package")),
    "gateway/domain/answerable.py",
    "gateway/domain/delivery.py",
    "gateway/signatures",
]

SETTINGS = {
    "questions_wait_for_disk": "sync_read_records",
    "look_every_seconds": "poll_seconds",
    "at_once_per_partner": "max_in_flight_per_partner",
    "first_wait_seconds": "initial_backoff_seconds",
    "longest_wait_seconds": "max_backoff_seconds",
    "rest_seconds": "circuit_open_seconds",
    "sees": "visibility",
    "quiet_head_minutes": "idle_head_minutes",
}
"""Configuration key that is gone -> the one that came."""

COMMANDS_GONE = {"reverse", "correct", "close", "reopen", "deliver"}
"""From the top; they are commands of `ledger` and `outbox`. `record` has another meaning now."""
LEDGER = {"show", "record", "reverse", "correct", "close", "reopen"}

PROGRAM = [file for file in sources.files() if EXEMPT not in file.parents]


def test_no_renamed_identifier_is_left() -> None:
    left = [
        f"{file}:{line} {name}"
        for file in PROGRAM
        for name, line in sources.identifiers(file)
        if name in GONE
    ]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("place", GONE_IN)
def test_no_renamed_identifier_is_left_where_it_meant_another_thing(place: str) -> None:
    inside = [file for file in PROGRAM if file.is_relative_to(place)]
    assert inside, f"{place} is gone: take it out of this table"
    left = [
        f"{file}:{line} {name}"
        for file in inside
        for name, line in sources.identifiers(file)
        if name in GONE_IN[place]
    ]
    assert not left, "\n".join(left)


def test_no_renamed_file_is_left() -> None:
    assert not [name for name in GONE_FILES if (sources.ROOT / name).exists()]


def configured() -> set[str]:
    """Every key that the configuration may hold."""
    return {
        node.target.id
        for file in PROGRAM
        if file.is_relative_to("gateway/settings")
        for section in sources.nodes(file)
        if isinstance(section, ast.ClassDef)
        for node in section.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


@pytest.mark.parametrize(("gone", "came"), SETTINGS.items())
def test_a_renamed_configuration_key_is_renamed_everywhere(gone: str, came: str) -> None:
    assert gone not in configured()
    assert came in configured()
    examples = [*(sources.ROOT / "conf").glob("*.toml"), *(sources.ROOT / "docs").rglob("*.md")]
    word = re.compile(rf"(?m)(^[# ]*{gone} *=|`{gone}`)")
    assert not [path.name for path in examples if word.search(path.read_text(encoding="utf-8"))]


def test_commands_stand_under_their_subject() -> None:
    commands = sources.commands()
    assert not COMMANDS_GONE & commands.keys()
    assert {f"ledger {name}" for name in LEDGER} <= commands.keys()
    assert {"outbox deliver", "ask", "confirm", "state"} <= commands.keys()
