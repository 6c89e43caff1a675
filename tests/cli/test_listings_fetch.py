"""`listings fetch`: taxa and bulk file of a stand-in; failures keep what was there."""

import gzip
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Call
from tests.programs import unavailable
from tests.species_plus.stand_in import (
    FAMILY,
    SYNONYM,
    TOKEN,
    Reply,
    StandIn,
    listing,
    serving,
    tiger,
)

pytestmark = pytest.mark.slow
Fetch = Callable[..., Answer]
BY = ("--person", "Ana Langa", "--reason", "CoP20")
SAMPLES = Path(__file__).parents[3] / "shared/domain/samples/speciesplus"
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def source(server: StandIn, directory: Path) -> StandIn:
    """The stand-in, which the gateway of the directory asks."""
    server.asked.clear()
    server.taxa(tiger(), FAMILY, SYNONYM)
    (directory / "keys/species-plus-token").write_text(f"{TOKEN}\n")
    settings = directory / "conf/gateway.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8")
        + f'\n[species_plus]\nenabled = true\naddress = "{server.address}/api"\n'
        'token_file = "keys/species-plus-token"\npause_seconds = 0.1\n',
        encoding="utf-8",
    )
    return server


@pytest.fixture
def fetch(call: Call, directory: Path, source: StandIn) -> Fetch:
    return lambda *words: call("listings", "fetch", *words, *BY, "--dir", directory)


def shown(call: Call, directory: Path, name: str = "Panthera tigris") -> dict[str, object]:
    return call("listings", "show", name, "--dir", directory, "--json").json


def aged(directory: Path, days: int) -> str:
    """Let all imports be some days older; returns the day."""
    day = TODAY - timedelta(days=days)
    (file,) = directory.rglob("gateway.sqlite")
    with closing(sqlite3.connect(file)) as database:
        database.execute("DROP TRIGGER reference_import_no_update")
        database.execute(f"UPDATE reference_import SET whole_at = '{day}T00:00:00+00:00'")
        database.execute(
            "UPDATE reference_fact SET body = replace(body, ?, ?)", (f"{TODAY}", f"{day}")
        )
        database.commit()
    return day.isoformat()


def bulk(*taxa: dict[str, object]) -> bytes:
    return gzip.compress(b"".join(json.dumps(each).encode() + b"\n" for each in taxa))


def test_it_is_off_until_it_is_switched_on(call: Call, directory: Path) -> None:
    refused = call("listings", "fetch", "Panthera tigris", *BY, "--dir", directory)
    assert refused.status == 1 and "enabled is false in [species_plus]" in refused.err


def test_a_taxon_comes_with_its_synonyms_range_and_family(
    fetch: Fetch, call: Call, directory: Path
) -> None:
    fetched = fetch("PANTHERA  tigris (Linnaeus, 1758)", "Homo sapiens")
    assert fetched.status == 0, fetched.err
    assert "renewed" in fetched.out and "no taxon of this name" in fetched.out
    for name in ("Panthera tigris", "Felis tigris"):
        known = shown(call, directory, name)
        assert {each["taxon_id"] for each in known["listings"]} == {900001, 900101}
        assert [each["country"] for each in known["range"]] == ["IN", "IR"]
        assert (known["data_of"], known["age_days"]) == (TODAY.isoformat(), 0)
    assert call("listings", "verify", "--dir", directory).status == 0
    (first, *_) = call("listings", "list", "--dir", directory, "--json").json
    assert first["whole_since"] is None


def test_a_taxon_whose_higher_taxon_cannot_be_found_is_kept_as_it_was(
    fetch: Fetch, call: Call, directory: Path, source: StandIn
) -> None:
    assert fetch("Panthera tigris").status == 0
    day = aged(directory, 40)
    suspended = listing(900200, "I", "2020-01-01")  # of a subfamily, which no answer names
    known = [listing(900001, "II", "1975-07-01"), suspended]
    source.taxa(tiger(cites_listings=known), FAMILY)
    kept = fetch("Panthera tigris")
    assert kept.status == 1 and "900200" in kept.err + kept.out
    assert shown(call, directory)["data_of"] == day


def test_a_synonym_leads_to_the_accepted_taxon(
    fetch: Fetch, call: Call, directory: Path, source: StandIn
) -> None:
    source.taxa(tiger(synonyms=[]), FAMILY, SYNONYM)
    assert fetch("Felis tigris").status == 0
    assert shown(call, directory)["taxon"]["id"] == 900001


def test_a_taxon_is_renewed_among_the_others_and_they_keep_their_age(
    fetch: Fetch, call: Call, directory: Path, source: StandIn
) -> None:
    leopard = tiger(id=900002, full_name="Panthera pardus", synonyms=[], cites_listings=[])
    source.taxa(tiger(), leopard, FAMILY)
    assert fetch("Panthera tigris", "Panthera pardus").status == 0
    day = aged(directory, 40)
    source.taxa(tiger(cites_listings=[listing(900001, "II", "1975-07-01")]), FAMILY)
    assert fetch("Panthera tigris").status == 0
    renewed, other = shown(call, directory), shown(call, directory, "Panthera pardus")
    assert {each["appendix"] for each in renewed["listings"]} == {"II"}
    assert (renewed["age_days"], other["data_of"], other["age_days"]) == (0, day, 40)
    assert "Data of " + day + ", 40 days old." in (
        call("listings", "show", "Panthera pardus", "--dir", directory).out
    )
    assert call("listings", "verify", "--dir", directory).status == 0


@pytest.mark.parametrize(
    "reply",
    [Reply(status=401), Reply(status=422), Reply(b"<html>"), Reply({"cites_listings": "x"})],
    ids=["401", "422", "html", "other-json"],
)
def test_a_failure_keeps_the_copy_and_shows_its_age(
    fetch: Fetch, call: Call, directory: Path, source: StandIn, reply: Reply
) -> None:
    assert fetch("Panthera tigris").status == 0
    day = aged(directory, 9)
    before = shown(call, directory)
    whole = source.answer
    source.answer = lambda path, query: (
        reply if reply.status == 401 or "cites_leg" in path else whole(path, query)
    )
    failed = fetch("Panthera tigris", "Felidae")
    assert failed.status == 1
    assert f"its data, of {day}, 9 days old, stay in force" in failed.out
    assert TOKEN not in failed.out + failed.err
    assert shown(call, directory) == before
    if reply.status == 401:
        assert len(source.asked) == 1 + 9  # the second taxon is not asked for any more


def test_the_bulk_file_replaces_everything_or_nothing(
    fetch: Fetch, call: Call, directory: Path, source: StandIn
) -> None:
    content = bulk(tiger(), FAMILY, SYNONYM)
    source.answer = lambda path, query: Reply(content)
    assert fetch("--all").status == 0
    assert shown(call, directory)["range"][1]["tags"] == ["extinct"]
    kinds = call("listings", "list", "--dir", directory, "--json").json
    assert {each["kind"]: each["rows"] for each in kinds} == {
        "taxa": 2,
        "synonyms": 2,
        "listings": 2,
        "ranges": 2,
    }
    day = aged(directory, 3)
    before = shown(call, directory)
    for wrong, words in (
        (content[:-20], "cannot be unpacked, or was cut"),
        (b"{}", "cannot be unpacked"),
        (gzip.compress(b"[1]\n"), "The line is no taxon"),
        (gzip.compress(b"\xff\n"), "no JSON"),
        (bulk(tiger(), tiger(id="x")), r"line 2.*species_plus|taxon_concepts\.id"),
        (bulk(FAMILY), "less than|would be left"),
    ):
        source.answer = lambda path, query, wrong=wrong: Reply(wrong)
        failed = fetch("--all")
        assert failed.status != 0 and re.search(words, failed.err.replace("\n", " ")), failed.err
        assert shown(call, directory) == before
    source.answer = lambda path, query: Reply(status=401)
    gone = fetch("--all")
    assert gone.status == 1 and "does not accept the token" in gone.err
    assert f"taxa: 2 rows of {day}, 3 days old." in gone.out


def test_recorded_answers_of_species_plus_are_taken(
    fetch: Fetch, call: Call, directory: Path, source: StandIn
) -> None:
    if not SAMPLES.is_dir():
        unavailable("the recorded answers are not beside this checkout")
    recorded = {
        "cites_legislation": "cites_legislation_4521_current_en.json",
        "eu_legislation": "eu_legislation_4521_current_en.json",
        "distributions": "distributions_4521_fr.json",
    }

    def answer(path: str, query: dict[str, list[str]]) -> Reply:
        name = query.get("name", [""])[0]
        file = recorded.get(path.rpartition("/")[2], "taxon_concepts_empty.json")
        if name == "loxodonta africana":
            file = "taxon_concepts_name_loxodonta_africana.json"
        return Reply((SAMPLES / file).read_bytes())

    source.answer = answer
    fetched = fetch("Loxodonta africana (Blumenbach, 1797)")
    assert fetched.status == 0, fetched.err
    known = shown(call, directory, "Loxodonta cyclotis")
    assert known["match"] == "synonym" and known["taxon"]["listing"] == "I/II"
    assert {each["appendix"] for each in known["listings"]} == {"I", "II"}
    assert len(known["range"]) == 42 and known["quotas"] and known["eu_decisions"]
    assert known["suspensions"]
