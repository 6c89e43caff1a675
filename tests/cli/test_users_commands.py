"""`users`: people are added, listed, given roles, closed out and helped back in."""

import re
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.exchange.people.acts import OPERATION, act_of
from gateway.exchange.ports import JournalFilter
from gateway.settings import load_settings
from tests.cli.conftest import Call

pytestmark = pytest.mark.slow

CODE = re.compile(r"(?:[2-9A-Z]{5}-){4}[2-9A-Z]{5}")


def test_a_person_is_added_changed_closed_and_helped_back_in(directory: Path, call: Call) -> None:
    by = ("--person", "T. Sitoe", "--dir", directory)
    added = call(
        *("users", "add", "M.Tembe", "--full-name", "Marta Tembe", "--role", "customs"), *by
    )
    assert added.status == 0, added.err
    assert CODE.search(added.out)
    assert "http://localhost:8081/recover" in added.out
    roles = call(
        "users", "roles", "m.tembe", "--role", "auditor@MZ/ANAC", "--role", "operator", *by
    )
    assert roles.status == 0, roles.err
    listed = call("users", "list", "--dir", directory, "--json").json
    assert listed[0]["roles"] == ["auditor@MZ/ANAC", "operator@MZ/ANAC"]
    assert call("users", "disable", "m.tembe", *by).status == 0
    assert "closed" in call("users", "list", "--dir", directory).out
    assert call("users", "enable", "m.tembe", *by).status == 0
    reset = call("users", "reset", "m.tembe", "--factors", *by, "--json").json
    assert CODE.fullmatch(reset["code"])
    with build(load_settings(directory)) as gateway:
        found = gateway.store.journal.search(JournalFilter(operation=OPERATION), 10)
        acts = [act_of(record) for record in found]
        assert reset["code"] not in str(found)
    assert [act.act for act in reversed(acts)] == [
        *("added", "grants-changed", "disabled", "enabled", "reset")
    ]
    assert {(act.by, act.subject) for act in acts} == {("T. Sitoe", "m.tembe")}


def test_mistakes_are_named_and_change_nothing(directory: Path, call: Call) -> None:
    by = ("--person", "T. Sitoe", "--dir", directory)
    for words, status, sentence in (
        (("add", "x", "--full-name", "X", "--role", "emperor"), 1, "--role emperor is no role"),
        (("add", "x y", "--full-name", "X", "--role", "customs"), 67, "letters a to z"),
        (("add", "x", "--full-name", " ", "--role", "customs"), 67, "in full"),
        (("add", "x", "--full-name", "X", "--role", "customs@ZA/MA"), 67, "ZA/MA is no authority"),
        (("disable", "nobody"), 67, "no such person"),
        (("reset", "nobody"), 67, "no such person"),
    ):
        answer = call("users", *words, *by)
        assert (answer.status, sentence in answer.err) == (status, True), answer.err
    assert call("users", "list", "--dir", directory, "--json").json == []


def test_a_person_is_linked_with_the_national_sign_on_and_unlinked(
    directory: Path, call: Call
) -> None:
    by = ("--person", "T. Sitoe", "--dir", directory)
    call("users", "add", "m.tembe", "--full-name", "Marta Tembe", "--role", "customs", *by)
    link = ("users", "link", "m.tembe", "--subject", "s-1", *by)
    unconfigured = call(*link)
    assert (unconfigured.status, "[web.sign_on]" in unconfigured.err) == (1, True)
    (directory / "keys/sign-on-secret").write_text("a secret of the client, 32 letters")
    with (directory / "conf/gateway.toml").open("a") as file:
        file.write(
            '\n[web.sign_on]\nissuer = "https://id.example.org"\nclient_id = "epix"\n'
            'client_secret_file = "keys/sign-on-secret"\n'
        )
    assert call(*link, "--json").json["issuer"] == "https://id.example.org"
    assert "linked already" in call(*link).err
    assert call("users", "link", "m.tembe", "--subject", "", *by).status == 67
    with build(load_settings(directory)) as gateway:
        found = gateway.store.accounts.linked("https://id.example.org", "s-1")
        assert found
        assert not found.roles_by_claims
    listed = call("users", "list", "--dir", directory, "--json").json[0]["link"]
    assert (listed["issuer"], listed["subject"]) == ("https://id.example.org", "s-1")
    shown = call("users", "list", "--dir", directory).out
    assert "s-1" in shown
    assert "https://id.example.org" in shown
    assert call("users", "unlink", "m.tembe", *by).status == 0
    assert call("users", "list", "--dir", directory, "--json").json[0]["link"] is None
    assert "Subject" not in call("users", "list", "--dir", directory).out
    assert "is not linked" in call("users", "unlink", "m.tembe", *by).err
    with build(load_settings(directory)) as gateway:
        records = gateway.store.journal.search(JournalFilter(operation=OPERATION), 2)
        acts = [(str(act.act), act.by) for act in map(act_of, records)]
    assert acts == [("unlinked", "T. Sitoe"), ("linked", "T. Sitoe")]
