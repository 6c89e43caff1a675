"""`paper fetch-keys`: key lists of partners come over HTTP, and count by their signature alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.bootstrap.web.serving import application_of
from gateway.cli.main import app
from gateway.settings import load_settings
from tests.cli.conftest import NUMBER, Answer, Call
from tests.dripping_server import dripping
from tests.species_plus.stand_in import Reply, StandIn, serving
from tests.web.check.served import served

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made_za(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "za"
    done = CliRunner().invoke(app, ["init", "--country", "ZA", "--authority", "DFFE", str(path)])
    assert done.exit_code == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def partner() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def mz(tmp_path: Path, published_directory: Path) -> Path:
    return Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))


@pytest.fixture
def za(tmp_path: Path, made_za: Path) -> Path:
    return Path(shutil.copytree(made_za, tmp_path / "za", symlinks=True))


def asks(za: Path, mz: Path, address: str) -> None:
    """South Africa trusts the seals of Mozambique, and fetches its list from an address."""
    (za / "conf/partners.toml").write_text(
        f'[[partner]]\nkey = "mz"\ncountry = "MZ"\nseal_anchors_file = "{mz}/keys/dev-ca.pem"\n'
        f'key_list_address = "{address}"\n'
    )


def exported(directory: Path, file: Path, call: Call) -> bytes:
    answer = call("paper", "export-keys", file, "--dir", directory)
    assert answer.status == 0, answer.err
    return file.read_bytes()


def fetched(za: Path, call: Call, *words: str) -> Answer:
    return call("paper", "fetch-keys", *words, "--json", "--dir", za)


def test_a_list_comes_from_the_pages_of_a_partner(mz: Path, za: Path, call: Call) -> None:
    text = call("paper", "code", "MZ", NUMBER, "--dir", mz).out
    with build(load_settings(mz)) as gateway, served(application_of(gateway)) as pages:
        asks(za, mz, f"{pages.address}/keys/MZ")
        assert call("paper", "verify", "-", "--dir", za, typed=text).status == 46
        answer = fetched(za, call)
        assert answer.status == 0, answer.err
        asks(za, mz, f"{pages.address}/keys/ZA")
        other = call("paper", "fetch-keys", "--dir", za)
    assert [(each["partner"], each["country"]) for each in answer.json] == [("mz", "MZ")]
    assert other.status == 1
    assert "HTTP status 404" in other.out
    assert call("paper", "verify", "-", "--dir", za, typed=text).status == 0


def test_the_list_that_is_held_stays_when_none_comes(
    mz: Path, za: Path, tmp_path: Path, partner: StandIn, call: Call
) -> None:
    asks(za, mz, f"{partner.address}/keys/MZ")
    older = exported(mz, tmp_path / "older.json", call)
    foreign = exported(za, tmp_path / "za.json", call)
    newer = exported(mz, tmp_path / "newer.json", call)
    partner.answer = lambda path, query: Reply(newer)
    assert fetched(za, call, "mz").status == 0
    (held,) = call("paper", "keys", "--json", "--dir", za).json
    replies = {
        "This is no key list.": Reply(b"<html>"),
        "vouches for": Reply(foreign),
        "not of this partner's country": Reply(foreign),
        "a newer one is held": Reply(older),
        "refused (HTTP status 302)": Reply(newer, 302, {"Location": partner.address}),
        "gave an answer of more than": Reply(b" " * (8 * 1024 * 1024 + 1)),
        "gave an answer that ends too early": Reply(newer, length=len(newer) + 1),
    }
    seen = []
    for words, reply in replies.items():
        partner.answer = lambda path, query, reply=reply: reply
        answer = fetched(za, call)
        assert answer.status == 1
        seen += [words] if words in answer.json[0]["problem"] else []
    assert len(seen) == len(replies) - 1, "one of the two sentences on a foreign list"
    assert call("paper", "keys", "--json", "--dir", za).json == [held]


def test_a_partner_that_never_ends_its_answer_is_left(
    mz: Path, za: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.paper.list_client._TOTAL_SECONDS", 0.3)
    with dripping() as server:
        asks(za, mz, server.address)
        answer = fetched(za, call)
    assert answer.status == 1
    assert "no complete answer in 0.3 seconds" in answer.json[0]["problem"]


def test_a_partner_without_an_address_is_named(za: Path, call: Call) -> None:
    (za / "conf/partners.toml").write_text("")
    assert "No partner has a key_list_address" in call("paper", "fetch-keys", "--dir", za).out
    refused = call("paper", "fetch-keys", "mz", "--dir", za)
    assert refused.status == 1
    assert "'mz'" in refused.err
