"""`seal issued`: an authority that had no key at first seals what it published, while it serves."""

import json
import sys
from importlib import resources
from pathlib import Path

import pytest

from gateway.cli.demo.two_gateways import TwoGateways, make
from gateway.serving import running
from tests.cli.conftest import NUMBER, Call, without_seal

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


@pytest.fixture
def gateways(tmp_path: Path) -> TwoGateways:
    return make(tmp_path)


@pytest.fixture
def mozambique(gateways: TwoGateways, call: Call) -> Mozambique:
    """It has published without a key."""
    mozambique = Mozambique(gateways.mozambique.directory)
    mozambique.lose_its_key()
    with resources.as_file(EXAMPLE) as file:
        assert call("publish", file, "--dir", mozambique.directory).status == 0
    return mozambique


def test_what_was_published_without_a_key_is_sealed_while_the_gateway_serves(
    gateways: TwoGateways, mozambique: Mozambique, token_file: Path, call: Call
) -> None:
    south_africa = gateways.south_africa.directory
    ask = ("ask", "MZ", NUMBER, "--token-file", token_file, "--dir", south_africa, "--json")
    with running([sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(mozambique.directory)]):
        refused = call(*ask).json["error"]["code"]
        assert refused == "SignatureMissing", "South Africa takes sealed permits alone"
        mozambique.find_its_key()
        answer = call("seal", "issued", "--dir", mozambique.directory, "--json")
        assert (answer.status, answer.json) == (0, {"sealed": count(), "left": 0})
        assert call(*ask).json["seal"]["verdict"] == "sealed-valid"
    assert "already" in call("seal", "issued", "--dir", mozambique.directory).out


def count() -> int:
    return len(json.loads(EXAMPLE.read_text(encoding="utf-8")))


def test_a_person_is_told_how_many(mozambique: Mozambique, call: Call) -> None:
    mozambique.find_its_key()
    answer = call("seal", "issued", "--dir", mozambique.directory)
    assert answer.status == 0
    assert f"Permits sealed: {count()}." in answer.out


def test_without_a_key_it_says_what_to_name(mozambique: Mozambique, call: Call) -> None:
    answer = call("seal", "issued", "--dir", mozambique.directory)
    assert answer.status == 1
    assert "[seal] of conf/gateway.toml" in answer.err
