"""`listings import`, `show`, `list`; `publish` and `validate` judge by what was imported."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import DeliveryEvent, OutgoingConfirmation
from gateway.store import open_store
from tests.cli.conftest import Answer, Call
from tests.programs import unavailable
from tests.reference_data import TABLES

BY = ("--person", "Ana Langa", "--reason", "CoP20 is in force")
DOCUMENTS = Path(__file__).parents[1] / "documents"
CASES = Path(__file__).parents[3] / "shared" / "cases" / "permits.jsonl"
SAMPLES = Path(__file__).parents[3] / "shared" / "domain" / "samples"


@pytest.fixture
def listed(directory: Path, call: Call) -> Path:
    """A working directory with the tables of the tests."""
    answer = load(call, directory, *sorted(TABLES.glob("*.csv")))
    assert answer.status == 0, answer.err
    return directory


def load(call: Call, directory: Path, *files: Path, by: tuple[str, ...] = BY) -> Answer:
    return call("listings", "import", *files, *by, "--dir", directory)


def tiger(folder: Path, appendix: str) -> Path:
    """A file with one record of a tiger, bred in captivity, issued today."""
    example = resources.files("adapters.national.examples") / "mozambique.json"
    record = json.loads(example.read_text(encoding="utf-8"))[0]
    line = {
        key: value
        for key, value in record["positions"][0].items()
        if not key.startswith(("quota", "origin", "common"))
    }
    line |= {"scientific_name": "Panthera tigris", "appendix": appendix, "sources": ["C"]}
    today = datetime.now(UTC)
    record |= {
        "positions": [line],
        "issued_at": today.isoformat(timespec="seconds"),
        "valid_until": f"{today + timedelta(days=90):%Y-%m-%d}",
    }
    file = folder / "tiger.json"
    file.write_text(json.dumps([record]), encoding="utf-8")
    return file


@pytest.mark.slow
def test_a_tiger_declared_appendix_two_is_not_published(
    listed: Path, tmp_path: Path, call: Call
) -> None:
    refused = call("publish", tiger(tmp_path, "II"), "--dir", listed)
    assert refused.status == 1
    assert "[C08]" in refused.err and "Appendix I on " in refused.err
    in_french = call("publish", tiger(tmp_path, "II"), "--dir", listed, "--lang", "fr")
    assert "était inscrit à l'Annexe I" in in_french.err
    taken = call("publish", tiger(tmp_path, "I"), "--dir", listed)
    assert taken.status == 0, taken.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "rule", "box"), [("MZU0011", "C08", "10"), ("MZT0013", "C14", "12b")]
)
def test_a_case_that_needs_listings_is_refused(
    number: str, rule: str, box: str, listed: Path, tmp_path: Path, call: Call
) -> None:
    if not CASES.is_file():
        unavailable("the cases are not beside this checkout")
    lines = CASES.read_text(encoding="utf-8").splitlines()
    (record,) = (line for line in lines if json.loads(line)["number"] == number)
    file = tmp_path / "case.jsonl"
    file.write_text(record + "\n", encoding="utf-8")
    answer = call("publish", file, "--dir", listed, "--json")
    assert answer.status == 1
    (problem,) = answer.json[0]["problems"]
    assert (problem["rule"], problem["box"]) == (rule, box)


@pytest.mark.slow
def test_without_listings_it_is_published(directory: Path, tmp_path: Path, call: Call) -> None:
    assert call("publish", tiger(tmp_path, "II"), "--dir", directory).status == 0


@pytest.mark.slow
def test_validate_judges_by_the_listings_of_a_working_directory(
    listed: Path, tmp_path: Path, call: Call
) -> None:
    file = tiger(tmp_path, "II")
    judged = call("validate", file, "--dir", listed, "--json")
    assert judged.status == 1
    (remark,) = (each for each in judged.json["remarks"] if each.get("rule") == "C08")
    assert (remark["severity"], remark["box"], remark["value"], remark["expected"]) == (
        "error",
        "10",
        "II",
        "I",
    )
    assert call("validate", file).status == 0
    assert call("validate", file, EPIX_DIR=str(listed)).status == 1


@pytest.mark.slow
def test_a_document_that_our_customs_confirmed_was_used_before(
    listed: Path, tmp_path: Path, call: Call
) -> None:
    ours = (DOCUMENTS / "v2/full.xml").read_text(encoding="utf-8")
    file = tmp_path / "theirs.xml"
    file.write_text(ours.replace(">MZ<", ">ZW<"), encoding="utf-8")
    number = "MZ26EX000007"
    assert number in ours
    judged = call("validate", file, "--dir", listed, "--json").json["remarks"]
    assert "S06" not in {each.get("rule") for each in judged}
    at = datetime(2026, 4, 1, tzinfo=UTC)
    waiting = DeliveryState.WAITING
    seen, rest = (SeenQuantity("A", "1"),), ("Ana Langa", at, waiting, 0, at, None, "booked")
    store = open_store(f"sqlite:///{listed}/data/gateway.sqlite", lambda: at)
    store.outbox.add(
        OutgoingConfirmation("01", "ZW", number, None, seen, *rest),
        DeliveryEvent(at, waiting, "booked", "Ana Langa"),
    )
    store.close()
    judged = call("validate", file, "--dir", listed, "--json").json["remarks"]
    (remark,) = (each for each in judged if each.get("rule") == "S06")
    assert (remark["severity"], remark["box"], remark["value"]) == ("error", "1", number)
    assert "confirmed on 2026-04-01 by Ana Langa" in remark["text"]


@pytest.mark.slow
def test_an_import_says_what_it_replaces_and_a_dry_run_stores_nothing(
    directory: Path, call: Call
) -> None:
    dry = call("listings", "import", TABLES / "taxa.csv", "--dry-run", "--dir", directory, "--json")
    assert (dry.status, dry.json["rows"], dry.json["before"]) == (0, {"taxa": 13}, {"taxa": 0})
    assert call("listings", "list", "--dir", directory, "--json").json == []
    assert "Nothing was imported" in call("listings", "list", "--dir", directory).out
    load(call, directory, TABLES / "taxa.csv")
    again = load(call, directory, TABLES / "taxa.csv")
    assert "taxa: 13 rows replace 13" in again.out


@pytest.mark.slow
def test_the_list_names_person_files_and_digests_and_the_journal_has_the_record(
    listed: Path, call: Call
) -> None:
    found = {
        each["kind"]: each for each in call("listings", "list", "--dir", listed, "--json").json
    }
    assert len(found) == 11
    taxa = found["taxa"]
    assert (taxa["rows"], taxa["person"], taxa["reason"]) == (13, "Ana Langa", "CoP20 is in force")
    assert [file["name"] for file in taxa["files"]] == ["taxa.csv"]
    assert taxa["files"][0]["sha256"] in call("listings", "list", "--dir", listed).out
    shown = call("journal", "show", taxa["record"], "--dir", listed)
    assert shown.status == 0
    assert "ListingsImported" in shown.out and taxa["files"][0]["sha256"] in shown.out


def test_a_person_answers_for_an_import(directory: Path, call: Call) -> None:
    answer = load(call, directory, TABLES / "taxa.csv", by=())
    assert answer.status == 1 and "--person" in answer.err


@pytest.mark.slow
def test_a_wrong_file_is_refused_with_every_problem_and_nothing_is_stored(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    file = Path(shutil.copy(TABLES / "quotas.csv", tmp_path / "quotas.csv"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(",MZ,120,", ",QQ,dozens,"), encoding="utf-8")
    answer = load(call, directory, TABLES / "taxa.csv", file)
    assert answer.status == 66
    assert "quotas.csv, row 2, field exporter" in answer.err
    assert "quotas.csv, row 2, field quota" in answer.err
    assert call("listings", "list", "--dir", directory, "--json").json == []
    as_json = call("listings", "import", file, "--dry-run", "--dir", directory, "--json")
    error = as_json.json["error"]
    assert (error["code"], error["row"], error["field"]) == ("ReferenceDataInvalid", 2, "exporter")
    assert error["also"][0]["field"] == "quota"


def test_files_without_a_row_are_no_import(directory: Path, tmp_path: Path, call: Call) -> None:
    file = tmp_path / "none.json"
    file.write_text('{"taxon_concepts": []}')
    answer = load(call, directory, file)
    assert answer.status == 1 and "no row" in answer.err


@pytest.mark.slow
def test_a_list_that_shrinks_needs_an_option(listed: Path, tmp_path: Path, call: Call) -> None:
    lines = (TABLES / "listings.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    file = tmp_path / "few.csv"
    file.write_text("".join(lines[:3]), encoding="utf-8")
    assert load(call, listed, file).status == 28
    assert load(call, listed, file, by=(*BY, "--fewer")).status == 0


@pytest.mark.slow
def test_a_listing_that_was_changed_in_the_database_is_found(listed: Path, call: Call) -> None:
    right = call("listings", "verify", "--dir", listed)
    assert (right.status, right.out.count("as imported")) == (0, 11)
    (file,) = listed.rglob("gateway.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        body = (
            'UPDATE reference_fact SET body = replace(body, \'"appendix":"I"\','
            " '\"appendix\":\"II\"') WHERE kind = 'listings'"
        )
        assert connection.execute(body).rowcount > 0
        connection.execute("UPDATE reference_name SET taxon_id = 900002 WHERE status = 'S'")
    wrong = call("listings", "verify", "--dir", listed, "--json")
    assert wrong.status == 1
    assert {each["kind"] for each in wrong.json if each["problem"]} == {"listings", "synonyms"}
    assert "listings: The rows are not those that were imported" in wrong.err


@pytest.mark.slow
def test_an_import_without_a_record_is_found(listed: Path, call: Call) -> None:
    (file,) = listed.rglob("gateway.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "INSERT INTO reference_import SELECT 'ffffffff', kind, at, person, reason, rows, files,"
            " whole_at"
            " FROM reference_import WHERE kind = 'taxa'"
        )
    wrong = call("listings", "verify", "--dir", listed)
    assert wrong.status == 1 and "taxa: No record of the journal" in wrong.err


@pytest.mark.slow
def test_show_tells_everything_of_a_taxon_by_any_name(listed: Path, call: Call) -> None:
    shown = call("listings", "show", "FELIS tigris", "--dir", listed)
    assert shown.status == 0
    for said in ("Panthera tigris (Linnaeus, 1758)", "a synonym", "family Felidae", "KZ (extinct)"):
        assert said in shown.out
    leopard = call("listings", "show", "Panthera pardus", "--dir", listed, "--json").json
    assert leopard["match"] == "accepted"
    assert {each["appendix"] for each in leopard["listings"]} == {"I", "II"}
    (quota,) = leopard["quotas"]
    assert (quota["exporter"], quota["amount"]) == ("MZ", "120")
    assert quota["limits"]["terms"] == ["SKI", "TRO"]
    assert quota["period"]["begins"] == "2007-09-13"
    elephant = call("listings", "show", "Loxodonta africana", "--dir", listed)
    for said in ("NEGATIVE_OPINION", "all but", "2000-07-18", "CN"):
        assert said in elephant.out
    unknown = call("listings", "show", "Panthera\nleo", "--dir", listed)
    assert unknown.status == 1 and "Panthera\\u000Aleo" in unknown.err


@pytest.mark.slow
def test_the_tables_that_unep_wcmc_publishes_catch_a_tiger(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    if not SAMPLES.is_dir():
        unavailable("the samples are not beside this checkout")
    tables = ("taxa_60", "taxa_mammals_speciesplus_2022", "synonyms_mammals_speciesplus_2022",
              "quotas", "reservations", "suspensions")  # fmt: skip
    loaded = load(call, directory, *(SAMPLES / f"{table}.csv" for table in tables))
    assert loaded.status == 0, loaded.err
    judged = call("validate", tiger(tmp_path, "II"), "--dir", directory, "--json")
    (remark,) = (each for each in judged.json["remarks"] if each.get("rule") == "C08")
    assert (remark["severity"], remark["expected"]) == ("error", "I")
