"""`personal-data`: what is held of a person, and the erasure of the name of one who has left."""

from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.exchange.people.acts import OPERATION, act_of
from gateway.exchange.ports import JournalFilter
from gateway.settings import load_settings
from tests.cli.conftest import Call

pytestmark = pytest.mark.slow


def test_a_person_who_has_left_is_reported_and_erased(directory: Path, call: Call) -> None:
    by = ("--person", "T. Sitoe", "--dir", directory)
    call(*("users", "add", "m.tembe", "--full-name", "Marta Tembe", "--role", "customs"), *by)
    report = call("personal-data", "report", "m.tembe", "--dir", directory, "--json").json
    held = {each["what"]: each for each in report["held"]}
    assert (report["full_name"], held["one_time_code"]["rows"]) == ("Marta Tembe", 1)
    assert (held["outbox"]["on_erasure"], held["person"]["on_erasure"]) == ("stays", "pseudonym")
    assert held["service_mode"]["on_erasure"] == "stays"
    erase = ("personal-data", "erase", "m.tembe", "--reason", "has left", *by)
    refused = call(*erase)
    assert refused.status != 0
    assert "Close it first" in refused.err
    call("users", "disable", "m.tembe", *by)
    pseudonym = call(*erase, "--json").json["pseudonym"]
    assert pseudonym.startswith("left-")
    listed = call("users", "list", "--dir", directory)
    assert pseudonym in listed.out
    assert "Tembe" not in listed.out
    for name, words in (("m.tembe", "no such person"), (pseudonym, "erased already")):
        again = call("personal-data", "erase", name, "--reason", "again", *by)
        assert (again.status != 0, words in again.err) == (True, True)
    pruned = call("personal-data", "prune", "--dir", directory, "--json").json["removed"]
    assert pruned["one-time-code"] == 0  # it went with the name
    with build(load_settings(directory)) as gateway:
        newest = gateway.store.journal.search(JournalFilter(operation=OPERATION), 1)[0]
    act = act_of(newest)
    assert (act.by, act.subject, act.details["reason"]) == ("T. Sitoe", pseudonym, "has left")
    assert len(act.details["digest"]) == 64
    assert b"Tembe" not in newest.request
