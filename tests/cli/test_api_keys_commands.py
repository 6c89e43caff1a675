"""`api-keys`: keys and webhooks of other systems are made, listed and ended."""

from pathlib import Path

import pytest

from gateway.exchange.api.secret import parse
from tests.cli.conftest import Call

pytestmark = pytest.mark.slow


def test_a_key_is_made_listed_and_revoked(directory: Path, call: Call) -> None:
    by = ("--person", "T. Sitoe", "--dir", directory)
    words = ("Single Window", "--scope", "read", "--scope", "events", "--network", "192.0.2.0/24")
    added = call("api-keys", "add", *words, *by, "--json")
    assert added.status == 0, added.err
    key_id, secret = parse(added.json["bearer"]) or ("", "")
    assert added.json["scopes"] == ["events", "read"]
    listed = call("api-keys", "list", "--dir", directory)
    assert key_id in listed.out and "never" in listed.out
    assert secret not in listed.out
    hook = call("api-keys", "add-webhook", key_id, "https://sw.example/epix", *by, "--json")
    assert hook.json["secret"].startswith("whsec_")
    assert hook.json["events"][0] == "cancelled"
    assert call("api-keys", "webhooks", "--dir", directory, "--json").json[0]["waiting"] == 0
    assert "sw.example" in call("api-keys", "webhooks", "--dir", directory).out
    assert call("api-keys", "remove-webhook", hook.json["webhook"], *by).status == 0
    assert call("api-keys", "revoke", key_id, *by).status == 0
    assert "revoked" in call("api-keys", "list", "--dir", directory).out


def test_mistakes_are_named(directory: Path, call: Call) -> None:
    by = ("--person", "T. Sitoe", "--dir", directory)
    for words, status, sentence in (
        (("add", "Single Window", "--scope", "emperor"), 2, "emperor"),
        (("add", "Single Window", "--scope", "read", "--days", "0"), 73, "1 to 1100 days"),
        (("add", "Single Window", "--scope", "read", "--authority", "ZA/MA"), 73, "MZ/ANAC"),
        (("revoke", "nothing"), 73, "no such key"),
        (("add-webhook", "nothing", "https://sw.example/"), 73, "no such key"),
        (("remove-webhook", "nothing"), 73, "no such webhook"),
    ):
        answer = call("api-keys", *words, *by)
        assert answer.status == status, answer.err
        assert sentence in " ".join(answer.err.split())
