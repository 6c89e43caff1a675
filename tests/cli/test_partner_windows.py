"""`partners window` and `state --history` as a person calls them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.cli.views.partners.availability import percent
from gateway.domain.availability.results import Result
from gateway.settings import load_settings
from gateway.store import open_store
from tests.builders import a_partner_result
from tests.cli.conftest import Call

BY = ("--person", "T. Sitoe", "--reason", "new \x1b[31mservers [red]")
HOUR = timedelta(hours=1)


def written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


@pytest.fixture
def partnered(directory: Path) -> Path:
    """A working directory with one partner that is asked, and one that is not."""
    with (directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
        for key, country in (("za", "ZA"), ("ch", "CH")):
            file.write(f'\n[[partner]]\nkey = "{key}"\ncountry = "{country}"\n')
            if key == "za":
                file.write('address = "http://127.0.0.1:9/epix/v2"\n')
    return directory


@pytest.mark.slow
def test_a_window_is_entered_listed_and_taken_back(partnered: Path, call: Call) -> None:
    now, where = datetime.now(UTC), ("--dir", partnered)
    assert "No window is planned" in call("partners", "window", "list", *where).out
    times = ("--from", written(now - HOUR), "--until", written(now + HOUR))
    added = call("partners", "window", "add", "za", *times, *BY, "--json", *where)
    assert added.status == 0, added.err
    entered = added.json
    assert (entered["partner"], entered["person"], entered["withdrawn_at"]) == (
        "za",
        "T. Sitoe",
        None,
    )
    assert call("partners", "window", "list", "--json", *where).json == [entered]
    listed = call("partners", "window", "list", *where).out
    assert entered["id"] in listed
    assert "\x1b" not in listed
    remove = ("partners", "window", "remove", entered["id"], "--person", "A. Cossa", *where)
    assert call(*remove).status == 0
    again = call(*remove)
    assert (again.status, "No window that counts" in again.err) == (28, True)
    (gone,) = call("partners", "window", "list", "--all", "--json", *where).json
    assert gone["withdrawn_by"] == "A. Cossa"


@pytest.mark.parametrize(
    ("partner", "hours", "status", "said"),
    [
        ("za", (-2, -1), 28, "over already"),
        ("za", (2, 1), 28, "ends before it begins"),
        ("xx", (1, 2), 1, "known are: za, ch"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(
    partnered: Path, call: Call, partner: str, hours: tuple[int, int], status: int, said: str
) -> None:
    since, until = (written(datetime.now(UTC) + HOUR * each) for each in hours)
    words = ("partners", "window", "add", partner, "--from", since, "--until", until, *BY)
    answer = call(*words, "--dir", partnered)
    assert (answer.status, said in answer.err) == (status, True)


@pytest.mark.slow
def test_the_history_has_a_sign_for_each_hour_and_day(partnered: Path, call: Call) -> None:
    now = datetime.now(UTC)
    store = open_store(load_settings(partnered).database.address, lambda: now)
    for hours, results in (
        (5, [Result.ANSWERED]),
        (4, [Result.ANSWERED] * 9 + [Result.FAILED]),
        (3, [Result.REFUSED, Result.FAILED]),
        (2, [Result.ANSWERED, Result.FAILED, Result.UNREACHABLE]),
        (1, [Result.UNREACHABLE]),
    ):
        for each in results:
            store.availability.results.add(a_partner_result(each, now - HOUR * hours))
    store.close()
    shown = call("state", "--history", "--dir", partnered)
    assert shown.status == 0
    assert "  " + "·" * 18 + "█▆▄▂x·\n" in shown.out
    assert "ServiceState  70.58 % of 17 worked, mean 100 ms, slowest 100 ms" in shown.out
    (history,) = call("state", "za", "--history", "--json", "--dir", partnered).json
    assert [slot["exchanges"] for slot in history["operations"][0]["slots"]] == [1, 10, 2, 3, 1]
    refused = call("state", "ch", "--history", "--dir", partnered)
    assert (refused.status, "No partner with an address" in refused.err) == (22, True)


@pytest.mark.parametrize(
    ("share", "text"),
    [(1.0, "100.00 %"), (0.99999, "99.99 %"), (2 / 3, "66.66 %"), (0.0, "0.00 %")],
)
def test_less_than_all_is_never_shown_as_all(share: float, text: str) -> None:
    assert percent(share) == text
