"""`national sync`: changes are followed, refused records kept until mended, nothing done twice."""

from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.settings import load_settings
from tests.cli.conftest import Call
from tests.cli.national.synchronised import NAME, National, national_system

pytestmark = pytest.mark.slow

CHANGED = "UPDATE permit SET stamp_no = ?, changed_at = :mark WHERE permit_no = ?"
STATE = "UPDATE permit SET state = ?, replaced_by = ?, changed_at = :mark WHERE permit_no = ?"


@pytest.fixture
def national(directory: Path, call: Call) -> National:
    return national_system(directory, call)


def status(national: National, number: str) -> object:
    return national.shown(number)["status"]


def test_each_change_is_taken_once_and_what_is_the_same_is_not_judged_again(
    national: National,
) -> None:
    assert national.counts() == (4, 4, 0, 0, 0)
    assert national.counts() == (4, 0, 0, 4, 0)
    first, *_ = national.numbers()
    national.change(CHANGED, "MZ 9999999", first)
    assert national.counts() == (4, 0, 1, 3, 0)
    shown = national.shown(first)
    assert [each["version"] for each in shown["former"]] == ["v1", "v2"]
    assert national.counts() == (1, 0, 0, 1, 0)
    assert len(national.shown(first)["former"]) == 2


def test_a_row_with_a_blank_number_is_told_and_no_permit_beside_it_is_refused(
    national: National,
) -> None:
    first, *_ = national.numbers()
    national.change("UPDATE permit SET permit_no = ' ' WHERE permit_no = ?", first)
    answer = national.sync()
    assert answer.status == 61 and "no permit number" in answer.err
    assert national.rejected() == []
    national.change("UPDATE permit SET permit_no = ? WHERE permit_no = ' '", first)
    assert national.counts() == (4, 4, 0, 0, 0)


def test_a_change_of_the_mark_alone_changes_nothing(national: National) -> None:
    national.sync()
    national.change("UPDATE permit SET changed_at = :mark")
    assert national.counts() == (4, 0, 0, 4, 0)


def test_cancelled_and_replaced_permits_are_followed(national: National) -> None:
    national.sync()
    one, two, three, _ = national.numbers()
    national.change(STATE, "CAN", None, one)
    national.change(STATE, "REP", three, two)
    assert national.counts() == (4, 0, 2, 2, 0)
    assert (status(national, one), status(national, two)) == ("cancelled", "replaced")
    assert national.shown(one)["former"] == []
    national.change(STATE, "ISS", None, one, mark="2026-06-01 12:00:01")
    assert national.counts() == (2, 0, 0, 1, 1)
    assert status(national, one) == "cancelled"
    ((problem,),) = (each["problems"] for each in national.rejected())
    assert "is cancelled here and stays so" in problem["text"]


def test_a_refused_record_is_kept_until_it_is_mended(national: National) -> None:
    first, second, *_ = national.numbers()
    national.change("UPDATE permit SET expiry_date = '2026-02-31' WHERE permit_no = ?", first)
    answer = national.sync()
    assert answer.status == 1
    assert answer.json["refused"] == 1
    assert "national rejected" in answer.err
    (kept,) = national.rejected()
    assert (kept["number"], kept["problems"][0]["column"]) == (first, "expiry_date")
    assert (kept["problems"][0]["value"], kept["problems"][0]["box"]) == ("2026-02-31", "2")
    said = national.call("national", "rejected", NAME, "--dir", national.directory)
    assert f"{first}, refused since" in said.err
    national.change("UPDATE permit SET changed_at = :mark WHERE permit_no = ?", first)
    assert national.counts() == (4, 0, 0, 3, 1)
    assert national.rejected() == [kept], "the same record is refused since the same moment"
    national.change(
        "UPDATE permit SET expiry_date = '2026-06-04', changed_at = :mark WHERE permit_no = ?",
        first,
        mark="2026-06-01 12:00:01",
    )
    assert national.counts() == (1, 1, 0, 0, 0)
    assert national.rejected() == []
    assert status(national, second) == "issued"


def test_a_used_permit_that_changed_is_refused_and_stays_as_it_is(national: National) -> None:
    national.sync()
    first, *_ = national.numbers()
    used = national.call(
        *("ledger", "close", "MZ", first, "--person", "T. Sitoe", "--reason", "used"),
        *("--dir", national.directory),
    )
    assert used.status == 0, used.err
    before = national.shown(first)
    national.change(CHANGED, "MZ 9999999", first)
    assert national.counts() == (4, 0, 0, 3, 1)
    assert national.shown(first) == before
    ((problem,),) = (each["problems"] for each in national.rejected())
    assert problem["box"] == "14"


def test_a_change_that_is_committed_late_is_found_within_the_overlap(national: National) -> None:
    national.change("UPDATE permit SET changed_at = :mark", mark="2026-06-01 12:00:00")
    national.sync()
    late, later, *_ = national.numbers()
    national.change(CHANGED, "MZ 9999999", late, mark="2026-06-01 11:56:00")
    assert national.counts()[2] == 1
    national.change(CHANGED, "MZ 8888888", later, mark="2026-06-01 11:54:00")
    assert national.counts()[2] == 0, "older than the overlap"
    assert national.counts("--from-beginning")[2] == 1


def test_another_description_reads_the_whole_source_again(national: National) -> None:
    national.sync()
    national.change(CHANGED, "MZ 9999999", national.numbers()[0])
    national.sync()
    assert national.counts()[0] == 1
    file = national.directory / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('stamp = "stamp_no"\n', ""), encoding="utf-8")
    assert national.counts() == (4, 0, 4, 0, 0)


def test_pages_of_one_permit_come_to_the_same(national: National) -> None:
    file = national.directory / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[sync]\n", "[sync]\npage = 1\n"), encoding="utf-8")
    national.change("UPDATE permit SET changed_at = :mark")
    assert national.counts() == (4, 4, 0, 0, 0)
    assert {status(national, number) for number in national.numbers()} == {"issued"}


def test_a_database_that_is_away_ends_the_run_and_the_state_says_so(national: National) -> None:
    national.sync()
    file = national.directory / "data/ecites.sqlite"
    away = file.rename(file.with_suffix(".away"))
    answer = national.sync()
    assert answer.status == 61
    assert "There is no database" in answer.err
    with build(load_settings(national.directory)) as gateway:
        ((state, refused),) = gateway.national.states.all()
    assert "There is no database" in state.failure
    assert (state.mark is None, refused) == (False, 0)
    away.rename(file)
    assert national.counts()[0] == 4
    with build(load_settings(national.directory)) as gateway:
        assert gateway.national.states.all()[0][0].failure == ""


def test_a_source_without_sync_and_one_under_way_are_said(national: National) -> None:
    with (
        build(load_settings(national.directory)) as gateway,
        gateway.store.locks.try_acquire(f"sync-{NAME}") as acquired,
    ):
        assert acquired
        answer = national.sync()
    assert answer.status == 1
    assert "by another process" in answer.err
    file = national.directory / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('[sync]\nmark = "changed_at"\nline_order = "line"\n', ""))
    answer = national.sync()
    assert answer.status == 60
    assert "has no [sync]" in answer.err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (('kind = "sql"', 'kind = "csv"'), "sync does not go with kind csv"),
        (('line_order = "line"\n', ""), "sync.line_order is missing"),
        (('mark = "changed_at"\n', ""), "sync.mark"),
        (('mark = "changed_at"', 'mark = "changed_at"\npage = 0'), "sync.page"),
        (('mark = "changed_at"', 'mark = "changed_at"\nevery = 1'), "sync.every"),
    ],
)
def test_mistakes_of_the_description_are_named(
    national: National, wrong: tuple[str, str], said: str
) -> None:
    file = national.directory / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8")
    assert wrong[0] in text
    file.write_text(text.replace(*wrong, 1), encoding="utf-8")
    answer = national.sync()
    assert answer.status == 60
    assert said in answer.err.replace("\n", " ")


def test_text_of_the_database_is_harmless_on_the_terminal(national: National) -> None:
    first, *_ = national.numbers()
    evil = "\x1b[2J\u202eMZ/\x00" + "x" * 300
    national.change("UPDATE permit SET permit_no = ? WHERE permit_no = ?", evil, first)
    assert national.sync().status == 1
    said = national.call("national", "rejected", NAME, "--dir", national.directory)
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err
    assert "\x00" not in said.err
    (kept,) = national.rejected()
    assert len(str(kept["number"])) <= 200


def test_no_token_is_in_what_is_kept(national: National) -> None:
    national.change("UPDATE permit SET access_code = 'SECRET CODE ' || permit_no || '!'")
    assert national.counts() == (4, 0, 0, 0, 4)
    assert "SECRET" not in str(national.rejected())
    data = (national.directory / "data/gateway.sqlite").read_bytes()
    assert b"SECRET CODE" not in data


def test_another_interval_or_comment_reads_nothing_again(national: National) -> None:
    national.sync()
    national.change(CHANGED, "MZ 9999999", national.numbers()[0])
    national.sync()
    file = national.directory / f"conf/national/{NAME}.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[sync]\n", "# by the office\n[sync]\ninterval_seconds = 9\n"))
    assert national.counts() == (1, 0, 0, 1, 0)
