"""`seal issued`: an authority that had no key at first seals what it published, while it serves."""

import json
import sys
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.demo.two_gateways import TwoGateways, make
from gateway.cli.main import app
from tests.cli.conftest import NUMBER, Call, copied, without_seal
from tests.forked.commands import running

pytestmark = pytest.mark.slow

EXAMPLE = resources.files("adapters.national.examples") / "mozambique.json"


class Mozambique:
    """Its directory; `[seal]` can be taken out of its configuration and put back."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._file = directory / "conf/gateway.toml"
        self._whole = self._file.read_text()

    def lose_its_key(self) -> None:
        self._file.write_text(without_seal(self._whole))

    def find_its_key(self) -> None:
        self._file.write_text(self._whole)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> TwoGateways:
    """Mozambique has published without a key; to be copied."""
    made = make(tmp_path_factory.mktemp("two"))
    mozambique = Mozambique(made.mozambique.directory)
    mozambique.lose_its_key()
    with resources.as_file(EXAMPLE) as file:
        words = ["publish", str(file), "--dir", str(mozambique.directory)]
        assert CliRunner().invoke(app, words).exit_code == 0
    mozambique.find_its_key()
    return made


@pytest.fixture
def gateways(tmp_path: Path, made_once: TwoGateways) -> TwoGateways:
    return copied(made_once, tmp_path)


@pytest.fixture
def mozambique(gateways: TwoGateways) -> Mozambique:
    """It has published without a key, and still has none."""
    mozambique = Mozambique(gateways.mozambique.directory)
    mozambique.lose_its_key()
    return mozambique


def adopt(mozambique: Mozambique, call: Call) -> None:
    """A person vouches for what was published without a key, and so without a signature."""
    words = ("--person", "A. Cossa", "--reason", "compared", "--dir", mozambique.directory)
    assert call("journal", "adopt", *words).status == 0


def test_what_was_published_without_a_key_is_sealed_while_the_gateway_serves(
    gateways: TwoGateways, mozambique: Mozambique, token_file: Path, call: Call
) -> None:
    south_africa = gateways.south_africa.directory
    ask = ("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", south_africa, "--json")
    with running(
        [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(mozambique.directory)]
    ):
        refused = call(*ask).json["error"]["code"]
        assert refused == "SignatureMissing", "South Africa takes sealed permits alone"
        mozambique.find_its_key()
        adopt(mozambique, call)
        answer = call("seal", "issued", "--dir", mozambique.directory, "--json")
        assert (answer.status, answer.json) == (0, {"sealed": count(), "left": 0, "refused": []})
        assert call(*ask).json["seal"]["verdict"] == "sealed-valid"
    assert "already" in call("seal", "issued", "--dir", mozambique.directory).out


def count() -> int:
    return len(json.loads(EXAMPLE.read_text(encoding="utf-8")))


def test_a_person_is_told_how_many(mozambique: Mozambique, call: Call) -> None:
    mozambique.find_its_key()
    adopt(mozambique, call)
    answer = call("seal", "issued", "--dir", mozambique.directory)
    assert answer.status == 0
    assert f"Permits sealed: {count()}." in answer.out


def test_what_nobody_vouches_for_is_not_sealed(mozambique: Mozambique, call: Call) -> None:
    mozambique.find_its_key()
    answer = call("seal", "issued", "--dir", mozambique.directory)
    assert answer.status == 54
    assert "`epix-gateway journal adopt`" in answer.err


def test_without_a_key_it_says_what_to_name(mozambique: Mozambique, call: Call) -> None:
    answer = call("seal", "issued", "--dir", mozambique.directory)
    assert answer.status == 1
    assert "[seal] of conf/gateway.toml" in answer.err
