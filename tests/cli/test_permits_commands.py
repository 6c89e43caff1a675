"""`permits list`, `cancel`, `replace`, `mark-lost`; the journal's record of each publication."""

import json
import shutil
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.conftest import NUMBER, Call

pytestmark = pytest.mark.slow


@pytest.fixture
def published(published_directory: Path, tmp_path: Path) -> Path:
    """A working directory with the example permits of Mozambique."""
    return Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))


def numbers(call: Call, directory: Path, *options: str) -> list[str]:
    answer = call("permits", "list", *options, "--dir", directory, "--json")
    assert answer.status == 0, answer.err
    return [each["number"] for each in answer.json]


def test_permits_are_listed_by_number_status_country_and_expiry(
    published: Path, call: Call
) -> None:
    every = call("permits", "list", "--dir", published, "--json").json
    assert len(every) > 5
    assert NUMBER in numbers(call, published)
    assert numbers(call, published, "--number", NUMBER[-4:]) == [NUMBER]
    by_status = [each["number"] for each in every if each["status"] == "cancelled"]
    assert numbers(call, published, "--status", "cancelled") == by_status
    to_za = [each["number"] for each in every if "ZA" in each["countries"]]
    assert numbers(call, published, "--country", "za") == to_za
    assert len(to_za) > 0
    days = sorted(each["valid_until"] for each in every if each["valid_until"])
    before = [
        each["number"] for each in every if each["valid_until"] and each["valid_until"] < days[-1]
    ]
    assert numbers(call, published, "--expires-before", days[-1]) == before
    expired = [each["number"] for each in every if each["expired"]]
    assert numbers(call, published, "--expired") == expired
    assert (
        call("permits", "list", "--number", "none", "--dir", published).out == "No permit fits.\n"
    )
    assert NUMBER in call("permits", "list", "--dir", published).out


def test_a_wrong_day_or_country_is_named(published: Path, call: Call) -> None:
    assert call("permits", "list", "--expires-before", "soon", "--dir", published).status == 28
    assert call("permits", "list", "--country", "Z1", "--dir", published).status == 28


def test_a_cancelled_permit_stays_so_and_the_journal_says_who_and_why(
    published: Path, tmp_path: Path, call: Call
) -> None:
    by = ("--person", "T. Sitoe", "--reason", "issued twice")
    answer = call("permits", "cancel", "mz", NUMBER, *by, "--dir", published, "--json")
    assert (answer.status, answer.json["status"]) == (0, "cancelled")
    assert NUMBER in numbers(call, published, "--status", "cancelled")
    again = call("permits", "cancel", "MZ", NUMBER, *by, "--dir", published)
    assert again.status == 28
    assert "The permit is cancelled already." in again.err
    records = call("journal", "search", "--dir", published, "--json").json
    (cancelled,) = [each for each in records if each["operation"] == "PermitCancelled"]
    shown = call("journal", "show", cancelled["id"], "--dir", published).out
    assert "T. Sitoe" in shown and "issued twice" in shown
    assert call("journal", "verify", "--reconcile", "--dir", published).status == 0
    example = resources.files("adapters.national.examples") / "mozambique.json"
    (tmp_path / "again.json").write_bytes(example.read_bytes())
    republished = call("publish", tmp_path / "again.json", "--dir", published)
    assert republished.status == 1
    assert "is cancelled here and stays so" in republished.err


@pytest.mark.parametrize("missing", ["--person", "--reason"])
def test_nobody_cancels_without_name_and_reason(published: Path, call: Call, missing: str) -> None:
    words = {"--person": "T. Sitoe", "--reason": "issued twice"} | {missing: " "}
    options = [word for pair in words.items() for word in pair]
    assert call("permits", "cancel", "MZ", NUMBER, *options, "--dir", published).status == 28
    assert NUMBER not in numbers(call, published, "--status", "cancelled")


OTHER = "MZ26EX000102"
BY = ("--person", "T. Sitoe", "--reason", "as the holder says")


@pytest.mark.parametrize(
    ("command", "status", "operation"),
    [("mark-lost", "lost", "PermitLost"), ("mark-returned", "returned", "PermitReturned")],
)
def test_a_lost_or_returned_permit_is_over_and_the_record_says_so(
    published: Path, call: Call, command: str, status: str, operation: str
) -> None:
    answer = call("permits", command, "MZ", NUMBER, *BY, "--dir", published, "--json")
    assert (answer.status, answer.json["status"]) == (0, status), answer.err
    assert numbers(call, published, "--status", status) == [NUMBER]
    found = call("journal", "search", "--operation", operation, "--dir", published, "--json").json
    assert [each["permit_number"] for each in found] == [NUMBER]
    assert call("journal", "verify", "--reconcile", "--dir", published).status == 0
    printed = call("print", "MZ", NUMBER, "--out", published / "form.pdf", "--dir", published)
    assert printed.status == 26


def test_a_lost_permit_is_replaced_by_one_that_is_published_and_in_force(
    published: Path, call: Call
) -> None:
    def replaced(successor: str) -> tuple[int, str]:
        words = ("permits", "replace", "MZ", NUMBER, successor, *BY, "--dir", published)
        answer = call(*words)
        return answer.status, answer.out + answer.err

    assert call("permits", "mark-lost", "MZ", NUMBER, *BY, "--dir", published).status == 0
    assert replaced("MZ26EX999999")[0] == 28
    assert "by itself" in replaced(NUMBER)[1]
    assert replaced(OTHER) == (0, f"{NUMBER} of MZ/ANAC: replaced\n")
    assert "is replaced already" in replaced(OTHER)[1]


def test_a_publication_is_a_record_of_who_when_file_and_digest(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    file = tmp_path / "own.json"
    file.write_text(call("publish", "--template", "json").out, encoding="utf-8")
    for words in (("--dry-run",), ("--person", "T. Sitoe"), ("--person", "T. Sitoe")):
        assert call("publish", file, *words, "--dir", directory).status == 0
    found = call("journal", "search", "--dir", directory, "--json").json
    (record,) = [each for each in found if each["operation"] == "Published"]
    shown = call("journal", "show", record["id"], "--dir", directory, "--json").json
    said = json.dumps(shown)
    number = json.loads(file.read_text(encoding="utf-8"))[0]["number"]
    for word in ("T. Sitoe", "own.json", sha256(file.read_bytes()).hexdigest(), number):
        assert word in said
