"""`maintenance` closes and opens the service, names who did it, and asks for a reason."""

from pathlib import Path

from tests.cli.conftest import Call


def test_a_service_is_closed_and_opened_by_a_person_with_a_reason(
    directory: Path, call: Call
) -> None:
    assert call("maintenance", "status", "--dir", directory, "--json").json == {
        "maintenance": False
    }
    by = ("--person", "T. Sitoe", "--dir", directory, "--json")
    closed = call("maintenance", "on", "--reason", "new disks", *by)
    assert closed.status == 0, closed.err
    told = call("maintenance", "status", "--dir", directory, "--json").json
    assert (told["maintenance"], told["person"], told["reason"]) == (True, "T. Sitoe", "new disks")
    assert told == closed.json
    assert call("maintenance", "off", *by).json["maintenance"] is False
    assert "open" in call("maintenance", "status", "--dir", directory).out


def test_nobody_closes_it_without_saying_why(directory: Path, call: Call) -> None:
    assert call("maintenance", "on", "--person", "T. Sitoe", "--dir", directory).status == 2
    blank = call("maintenance", "on", "--person", "T. Sitoe", "--reason", " ", "--dir", directory)
    assert (blank.status, "reason" in blank.err) == (28, True)
    assert call("maintenance", "status", "--dir", directory, "--json").json == {
        "maintenance": False
    }
