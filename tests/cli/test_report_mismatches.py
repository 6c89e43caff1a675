"""`report mismatches`: counts that differ are listed, settled by both sides, and open again."""

import csv
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import NUMBER, Call
from tests.cli.test_ledger_command import confirm

pytestmark = pytest.mark.slow

PARTNER = '\n[[partner]]\nkey = "za"\ncountry = "ZA"\naddress = "http://127.0.0.1:9/epix/v2"\n'
LINE = ("MZ/ANAC", NUMBER, "A")
SETTLED = (
    "--person", "A. Cossa", "--partner-person", "T. Nkosi", "--reason", "two skins were torn",
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path, published_directory: Path) -> Path:
    """1198 skins were counted in South Africa, and 1200 at home."""
    directory = Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))
    with (directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
        file.write(PARTNER)
    confirm(directory, "mz-customs", "1200", "MZ")
    confirm(directory, "za", "1198")
    return directory


def listed(house: Path, call: Call, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = call(
        "report", "mismatches", "list", *words, "--dir", house, "--json"
    ).json
    return found


def test_a_difference_is_listed_until_persons_of_both_sides_settle_it(
    house: Path, call: Call
) -> None:
    (found,) = listed(house, call)
    assert (found["issuer"], found["number"], found["line"]) == LINE
    assert (found["ours"], found["theirs"], found["partner"]) == ("1200 NAR", "1198 NAR", "ZA")
    answer = call("report", "mismatches", "settle", *LINE, "1198", *SETTLED, "--dir", house)
    assert answer.status == 0, answer.err
    assert "settled at 1198" in answer.out
    assert listed(house, call) == []
    (over,) = listed(house, call, "--all")
    assert over["settlement"]["person"] == "A. Cossa"
    again = call("report", "mismatches", "settle", *LINE, "1198", *SETTLED, "--dir", house)
    assert "settled already" in again.err
    (record,) = call(
        "journal", "search", "--operation", "MismatchSettled", "--dir", house, "--json"
    ).json
    assert record["permit_number"] == NUMBER


def test_a_later_count_opens_it_again(house: Path, call: Call) -> None:
    call("report", "mismatches", "settle", *LINE, "1198", *SETTLED, "--dir", house)
    corrected = call(
        "ledger", "correct", "MZ", NUMBER, "id-za", "A=1190", "--person", "A. Cossa", "--reason",
        "they wrote", "--dir", house,
    )  # fmt: skip
    assert corrected.status == 0, corrected.err
    (found,) = listed(house, call)
    assert found["theirs"] == "1190 NAR"


@pytest.mark.parametrize(
    ("agreed", "partner_person", "said"),
    [
        ("1198", "A. Cossa", "A person of the partner agrees to it too"),
        ("1198", " ", "A person of the partner agrees to it too"),
        ("two", "T. Nkosi", "plain digits"),
    ],
)
def test_a_settlement_needs_two_persons_and_a_quantity(
    house: Path, call: Call, agreed: str, partner_person: str, said: str
) -> None:
    words = ("--person", "a. cossa", "--partner-person", partner_person, "--reason", "torn")
    answer = call("report", "mismatches", "settle", *LINE, agreed, *words, "--dir", house)
    assert answer.status != 0
    assert said in answer.err
    assert len(listed(house, call)) == 1


def test_the_partner_gets_a_file_without_tokens_or_names(
    house: Path, tmp_path: Path, call: Call, token_file: Path
) -> None:
    file = tmp_path / "za.csv"
    words = ("report", "mismatches", "list", "--country", "ZA", "--out", file, "--dir", house)
    assert call(*words).status == 0
    assert call(*words).err.startswith(f"Error: {file} exists already")
    with file.open(encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["Quantity"], row["PartnerQuantity"]) == ("1200 NAR", "1198 NAR")
    text = file.read_text(encoding="utf-8")
    assert token_file.read_text().strip() not in text
    assert "Zambezi" not in text


def test_other_years_and_countries_are_left_out(house: Path, call: Call) -> None:
    assert listed(house, call, "--country", "ZW") == []
    assert listed(house, call, "--year", "2001") == []
    assert (
        "No counts differ"
        in call("report", "mismatches", "list", "--year", "2001", "--dir", house).out
    )
    unknown = call("report", "mismatches", "show", "MZ/ANAC", NUMBER, "B", "--dir", house)
    assert "No counts differ on MZ/ANAC" in unknown.err


@pytest.mark.parametrize(
    ("tag", "said", "open_words"),
    [("fr", ("Émetteur", "compté"), "ouvert"), ("es", ("Emisor", "contado"), "abierto")],
)
def test_they_are_shown_in_the_language_of_the_officer(
    house: Path, call: Call, tag: str, said: tuple[str, str], open_words: str
) -> None:
    shown = call("report", "mismatches", "list", "--lang", tag, "--dir", house).out
    assert all(each in shown for each in said)
    one = call("report", "mismatches", "show", *LINE, "--lang", tag, "--dir", house).out
    assert open_words in one and "Nkosi" not in one
