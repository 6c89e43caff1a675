"""`journal hold`, `release`, `holds`, `prune` as an officer calls them."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.exchange.ports import Direction, Exchange
from gateway.serving import running
from gateway.settings import load_settings
from tests.cli.conftest import Call

WHO = ("--person", "A. Cossa", "--reason", "their time is over")
COURT = ("--person", "J. Macuácua", "--reason", "case 12/2026")
ONE, TWO = ("016b0f47-0000-7000-8000-000000000001", "016b0f47-0000-7000-8000-000000000002")

SOON = """
import gateway.bootstrap.jobs as jobs
from gateway.cli.main import main
jobs.PRUNING_SECONDS = 0.5
main()
"""
"""`epix-gateway` that prunes after half a second instead of six hours."""


@pytest.fixture
def old(directory: Path) -> Path:
    """Two exchanges of 2019 about no permit, sealed."""
    at = datetime(2019, 6, 1, tzinfo=UTC)
    with build(load_settings(directory)) as gateway:
        for identity in (ONE, TWO):
            gateway.store.journal.record(
                Exchange(
                    identity,
                    Direction.IN,
                    at,
                    at,
                    None,
                    "za",
                    "MZ",
                    None,
                    None,
                    "InvalidRequest",
                    b"",
                    b"",
                )
            )
        assert gateway.journal.seal.seal() == 2
    return directory


@pytest.mark.slow
def test_what_is_held_stays_and_the_rest_goes(old: Path, call: Call) -> None:
    held = call("journal", "hold", ONE, *COURT, "--dir", old)
    assert (
        held.status,
        f"✓ {ONE} is held" in held.out,
        "1 records are kept by it now" in held.out,
    ) == (0, True, True)
    dry = call("journal", "prune", "--dry-run", "--dir", old)
    assert "✓ 1 records would be removed." in dry.out
    assert "1 old ones stay: it is held" in dry.out
    assert "✓ 1 records were removed." in call("journal", "prune", *WHO, "--dir", old).out
    told = call("journal", "verify", "--dir", old, "--json").json
    assert (told["holds"], told["removed"], told["records"]) == (True, 1, 4)
    assert (
        "1 of the records were removed, as signed records of ours say"
        in call("journal", "verify", "--dir", old).out
    )

    shown = call("journal", "show", TWO, "--dir", old)
    said = f"was removed on {datetime.now(UTC):%Y-%m-%d} by {WHO[1]}: {WHO[3]}"
    assert (shown.status, said in shown.err) == (1, True)
    assert call("journal", "show", ONE, "--dir", old).status == 0

    (hold,) = call("journal", "holds", "--dir", old, "--json").json
    assert (hold["name"], hold["person"], hold["reason"], hold["release"]) == (
        ONE,
        COURT[1],
        COURT[3],
        None,
    )
    assert call("journal", "release", hold["id"][:18], *WHO, "--dir", old).status == 0
    assert "A. Cossa" in call("journal", "holds", "--dir", old).out
    told = call("journal", "prune", *WHO, "--dir", old, "--json").json
    assert told == {"dry_run": False, "removed": 1, "kept": {}}
    left = [each["operation"] for each in call("journal", "search", "--dir", old, "--json").json]
    assert sorted(left) == ["JournalHeld", "JournalPruned", "JournalPruned", "JournalReleased"]


@pytest.mark.slow
def test_nothing_is_removed_without_somebody_who_answers_for_it(old: Path, call: Call) -> None:
    for words in ((), ("--person", "A. Cossa"), ("--person", " ", "--reason", "why")):
        assert call("journal", "prune", *words, "--dir", old).status != 0
    assert call("journal", "prune", "--dry-run", "--dir", old, "--json").json["removed"] == 2


def test_nothing_was_ever_held(directory: Path, call: Call) -> None:
    assert "Nothing was ever held." in call("journal", "holds", "--dir", directory).out


def test_a_hold_of_what_is_not_there_is_refused(directory: Path, call: Call) -> None:
    refused = call("journal", "hold", ONE, *COURT, "--dir", directory)
    assert f"No exchange {ONE} is in the journal." in refused.err


@pytest.mark.slow
def test_a_hold_needs_no_key_and_a_removal_does(old: Path, call: Call) -> None:
    (old / "keys/seal/current/key.pem").write_text("lost")
    assert call("journal", "hold", ONE, *COURT, "--dir", old).status == 0
    assert call("journal", "prune", *WHO, "--dir", old).status != 0
    assert {ONE, TWO} < {
        each["id"] for each in call("journal", "search", "--dir", old, "--json").json
    }


@pytest.mark.slow
def test_one_prunes_at_a_time(old: Path, call: Call) -> None:
    with build(load_settings(old)) as gateway, gateway.store.locks.try_acquire("pruning"):
        assert "pruning at this moment" in call("journal", "prune", *WHO, "--dir", old).err


@pytest.mark.long_haul  # test_commands_by_role.py has a gateway that prunes, too
@pytest.mark.slow
def test_a_gateway_that_is_told_to_prunes_by_itself(old: Path, call: Call) -> None:
    command = [sys.executable, "-c", SOON, "serve", "--quiet", "--dir", str(old)]
    with running(command, {"EPIX_JOURNAL__PRUNE": "true", "EPIX_SERVER__LISTEN": "127.0.0.1:0"}):
        for _ in range(150):
            if call("journal", "verify", "--dir", old, "--json").json["removed"]:
                break
            time.sleep(0.1)
    told = call("journal", "verify", "--dir", old, "--json").json
    assert (told["holds"], told["removed"]) == (True, 2)
