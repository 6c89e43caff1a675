"""`report`: files of the annual report, its findings and exit status, saved queries."""

import csv
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import NUMBER, Call
from tests.cli.test_ledger_command import confirm

QUERY = """
[[report_query]]
name = "skins"
columns = ["SpeciesName", "TradingPartner", "Quantity"]
where = { TermCode = ["SKI"] }
totals = true

[[report_query]]
name = "illegal-trade"
columns = ["Permit", "Basis"]
where = { Basis = ["counted"] }
"""


@pytest.fixture
def house(tmp_path: Path, published_directory: Path) -> Path:
    """The example permits of Mozambique; of one, our customs counted line A."""
    directory = Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))
    confirm(directory, "mz-customs", "1198", "MZ")
    return directory


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def year_of(house: Path, tmp_path: Path, call: Call) -> str:
    """The year in which the count was made: that of the clock."""
    with_count = call("ledger", "show", "MZ", NUMBER, "--dir", house, "--json").json
    return str(with_count["events"][0]["at"][:4])


@pytest.mark.slow
def test_a_count_is_reported_with_its_basis_and_the_rest_as_permitted(
    house: Path, tmp_path: Path, call: Call
) -> None:
    year, out = year_of(house, tmp_path, call), tmp_path / "out"
    answer = call("report", year, "--dir", house, "--out", out, "--json")
    assert answer.status == 0, answer.err
    assert answer.json["exports"]["basis"] == "issued-permits"
    assert answer.json["exports"]["may_be_submitted"] is False  # a warning stands
    rows, beside = (table(out / f"MZ-{year}-exports{end}.csv") for end in ("", "-basis"))
    assert len(rows) == len(beside) == answer.json["exports"]["rows"]
    (place,) = [at for at, row in enumerate(beside) if row["Basis"] == "counted"]
    assert (rows[place]["ExportPermit"], rows[place]["Quantity"]) == (NUMBER, "1198")
    assert (beside[place]["Row"], beside[place]["Permitted"]) == (str(place + 2), "1200 NAR")
    found = table(out / f"MZ-{year}-findings.csv")
    assert {row["Rule"] for row in found} == {"R07"}
    assert {row["Column"] for row in found} == {"ExportPermit"}
    again = call("report", year, "--dir", house, "--out", out)
    assert again.status == 1
    assert "exists already" in again.err


@pytest.mark.slow
def test_only_actual_trade_is_reported_where_it_is_wanted(
    house: Path, tmp_path: Path, call: Call
) -> None:
    year = year_of(house, tmp_path, call)
    answer = call(
        "report", year, "--dir", house, "--out", tmp_path / "out", "--only-actual", "--json"
    )
    assert answer.json["exports"]["basis"] == "actual-trade"
    assert set(answer.json["exports"]["by_basis"]) <= {"counted", "box-14"}


@pytest.mark.slow
def test_a_saved_query_adds_up_and_takes_the_place_of_ours(
    house: Path, tmp_path: Path, call: Call
) -> None:
    year, out = year_of(house, tmp_path, call), tmp_path / "out"
    with (house / "conf/gateway.toml").open("a", encoding="utf-8") as file:
        file.write(QUERY)
    assert call("report", year, "--dir", house, "--out", out).status == 0
    skins = table(out / f"MZ-{year}-query-skins.csv")
    assert {tuple(row) for row in skins} == {("SpeciesName", "TradingPartner", "Quantity")}
    assert "1198" in {row["Quantity"] for row in skins}
    replaced = table(out / f"MZ-{year}-query-illegal-trade.csv")
    assert replaced == [{"Permit": NUMBER, "Basis": "counted"}]


@pytest.mark.slow
def test_excel_has_the_same_number_of_rows(house: Path, tmp_path: Path, call: Call) -> None:
    year = year_of(house, tmp_path, call)
    answer = call("report", year, "--dir", house, "--out", tmp_path, "--format", "xlsx", "--json")
    assert answer.status == 0, answer.err
    assert [Path(file).name for file in answer.json["files"]] == [f"MZ-{year}.xlsx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1066",), "The year of a report has four digits, from 1975 on."),
        (("2025", "--authority", "ZA"), "name one of MZ, MZ/ANAC"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_before_a_file_is_there(
    house: Path, tmp_path: Path, call: Call, words: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "out"
    answer = call("report", *words, "--dir", house, "--out", out)
    assert answer.status == 28
    assert said in answer.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"SpeciesName", ', '"Token", ', "Token is none"),
        ('TermCode = ["SKI"]', "TermCode = []", "1 to 200 values"),
        ('name = "skins"', 'name = "../skins"', "a-z 0-9 -"),
        ('"SpeciesName", ', '"Quantity", ', "must not name a column twice"),
    ],
)
def test_a_query_that_is_wrong_is_named_with_its_line(
    house: Path, call: Call, old: str, new: str, said: str
) -> None:
    with (house / "conf/gateway.toml").open("a", encoding="utf-8") as file:
        file.write(QUERY.replace(old, new))
    answer = call("report", "2025", "--dir", house)
    assert said in answer.err
    assert "gateway.toml" in answer.err
