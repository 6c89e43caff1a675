"""Two real gateways over mutual TLS exchange heads; one is rolled back, and both find it."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.cli.demo import two_gateways
from gateway.cli.demo.two_gateways import Country, TwoGateways
from gateway.cli.main import app
from gateway.exchange.anchors.partner_heads import CHANGED, LOST, OPERATIONS
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.ports import JournalFilter
from tests.forked.commands import running
from tests.waiting import LONGEST_SECONDS, until

pytestmark = pytest.mark.slow

BLOCK = b"urn:epix-gateway:journal-heads:1"


@pytest.fixture
def gateways(tmp_path: Path) -> TwoGateways:
    """Mozambique, which exchanges heads with South Africa, and South Africa, not yet."""
    made = two_gateways.make(tmp_path)
    agree(made.mozambique)
    return made


def agree(country: Country) -> None:
    with (country.directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
        file.write("exchange_heads = true\n")


@contextmanager
def serving(country: Country) -> Iterator[None]:
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", country.directory]
    with running([*map(str, command)], ready_seconds=LONGEST_SECONDS):
        yield


def epix(country: Country, *words: str | Path, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*map(str, words), "--dir", str(country.directory)])
    assert done.exit_code == status, done.stdout + done.stderr
    return done.stdout


def ask(asking: Country, asked: Country) -> None:
    """A message each way. ServiceState carries heads as every other operation does."""
    epix(asking, "state", asked.plan.country.text)


def records(country: Country, operation: str) -> list[str]:
    with build(country.settings) as gateway:
        found = gateway.store.journal.search(JournalFilter(operation=operation), 50)
    return [record.request.decode() for record in found]


def newest(country: Country) -> NotedHead | None:
    with build(country.settings) as gateway:
        return gateway.journal.newest_head()


def seal(country: Country) -> None:
    """What `serve` does every five seconds with records that are older than two; here at once."""
    with build(country.settings) as gateway:

        def sealed() -> bool:
            with gateway.store.locks.try_acquire("sealing") as acquired:
                if acquired:
                    gateway.journal.seal.seal_up_to(gateway.clock())
            return acquired

        until(sealed, "the job of `serve` to let others seal")


def heads(country: Country) -> dict[str, list[dict[str, object]]]:
    return json.loads(epix(country, "journal", "heads", "--json"))


@pytest.mark.long_haul  # tests/store and tests/cli find it in one process
def test_a_roll_back_is_found_by_the_partner_and_by_its_own_gateway(
    gateways: TwoGateways, tmp_path: Path
) -> None:
    mozambique, south_africa = gateways.both
    with serving(mozambique):
        ask(south_africa, mozambique)
        seal(mozambique)
    shutil.copytree(mozambique.directory / "data", tmp_path / "copy")
    with serving(mozambique):
        for _ in range(2):
            seal(mozambique)
        agree(south_africa)
        seal(south_africa)
        ask(south_africa, mozambique)
        (held,) = heads(south_africa)["held"]
        until(lambda: asked_and_kept(south_africa, mozambique), "the receipt of South Africa")
    assert held["batch"] >= 2, "from now on it holds them"
    (kept,) = heads(mozambique)["ours"]
    assert (kept["anchor"], kept["batch"]) == ("partner-za", held["batch"])
    assert [each["partner"] for each in heads(mozambique)["held"]] == ["za"]
    assert records(south_africa, OPERATIONS[CHANGED]) == []
    assert records(mozambique, OPERATIONS[LOST]) == []
    epix(mozambique, "journal", "verify")

    shutil.rmtree(mozambique.directory / "data")
    shutil.copytree(tmp_path / "copy", mozambique.directory / "data")
    assert "as it was sealed" in epix(mozambique, "journal", "verify"), "alone it cannot see that"

    back = tmp_path / "heads.jsonl"
    epix(south_africa, "journal", "heads", "--partner", "mz", "--out", back)
    verdict = epix(mozambique, "journal", "verify", "--expected-heads", back, status=1)
    assert f"head {held['batch']} was noted" in " ".join(verdict.split())

    with serving(mozambique):
        while newest(mozambique).batch < held["batch"]:
            seal(mozambique)
        until(lambda: asked_and_found(south_africa, mozambique), "the alert of South Africa")
    # Whichever head comes first: one that was sealed anew, or the next one that does not follow.
    first = records(south_africa, OPERATIONS[CHANGED])[-1]
    assert any(word in first for word in ("made anew", "does not follow", "rolled back"))
    assert f"Head {held['batch']} of our journal" in records(mozambique, OPERATIONS[LOST])[-1]
    assert {each["contradicts"] for each in heads(south_africa)["held"]} == {True, False}


def asked_and_kept(asking: Country, asked: Country) -> bool:
    ask(asking, asked)
    return bool(heads(asked)["ours"])


def asked_and_found(asking: Country, asked: Country) -> bool:
    ask(asking, asked)
    return bool(records(asking, OPERATIONS[CHANGED]))


@pytest.mark.long_haul  # tests/exchange holds this promise in one process
def test_heads_go_only_to_a_partner_that_agreed(gateways: TwoGateways) -> None:
    mozambique, south_africa = gateways.both
    agree(south_africa)
    with serving(mozambique):
        ask(south_africa, mozambique)
        with build(mozambique.settings) as watching:
            until(watching.journal.newest_head, "the gateway that serves to seal by itself")
        file = mozambique.directory / "conf/partners.toml"
        file.write_text(file.read_text("utf-8").replace("exchange_heads = true\n", ""), "utf-8")
        seal(south_africa)
    with serving(mozambique):
        ask(south_africa, mozambique)
    with build(south_africa.settings) as gateway:
        last = gateway.store.journal.latest(1)[0]
    assert BLOCK in last.request, "South Africa still offers its own"
    assert BLOCK not in last.answer
    assert heads(mozambique)["held"] == []
