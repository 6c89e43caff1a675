"""API keys: what a key opens, and what its finder, or anybody without one, learns."""

import json
from datetime import timedelta

import pytest

from gateway.domain.api.key import Scope
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.exchange.api.administer_keys import KeyWish
from gateway.exchange.api.secret import as_shown, parse
from gateway.web.api.refusal_limit import MOST_REFUSALS, RefusalLimit
from tests.web.api.conftest import NUMBER, Api

STATUS = ("/certificates/status", f"country=MZ&number={NUMBER}")


def test_a_call_with_a_key_is_answered_and_journalled(api: Api) -> None:
    answer = api.get(*STATUS)
    assert answer.status == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    (call,) = api.calls()
    key_id, secret = parse(api.key) or ("", "")
    assert (call["key"], call["system"], call["authority"]) == (key_id, "Single Window", "MZ/ANAC")
    assert (call["operation"], call["outcome"]) == ("certificate_status", "ok")
    assert secret not in json.dumps(call)


def refused(api: Api, key: str, **sent: str) -> tuple[int, str, str]:
    """Status, text and headers of an answer, but for the incident."""
    api.key = key
    answer = api.get(*STATUS, **sent)
    problem = json.loads(answer.text)
    assert problem.pop("incident")
    kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return answer.status, json.dumps(problem), json.dumps(kept)


@pytest.mark.slow
def test_every_key_that_does_not_count_gets_the_same_answer(api: Api) -> None:
    good = api.key
    key_id, secret = parse(good) or ("", "")
    elsewhere = api.new_key(networks=("198.51.100.0/24",))
    revoked = api.new_key()
    api.gateway.api.administer.revoke((parse(revoked) or ("", ""))[0], "T. Sitoe")
    short = api.new_key(days=1)
    answers = {
        refused(api, key)
        for key in (
            "",
            "epix",
            "x" * 5000,
            as_shown("a" * 12, secret),
            as_shown(key_id, secret[:-1] + ("A" if secret[-1] != "A" else "B")),
            good.upper(),
            elsewhere,
            revoked,
        )
    }
    api.clock.pass_(days=1)
    answers.add(refused(api, short))
    assert len(answers) == 1
    status, text, headers = answers.pop()
    assert (status, json.loads(text)["code"]) == (401, "CallerNotFound")
    assert "Bearer" in json.loads(headers)["www-authenticate"]
    assert not api.calls()
    assert refused(api, good, authorization=f"Basic {good}")[0] == 401


@pytest.mark.slow
def test_a_key_counts_from_its_networks_alone(api: Api) -> None:
    api.key = api.new_key(networks=("198.51.100.0/24", "2001:db8::7"))
    for address, status in (
        ("198.51.100.9", 200),
        ("::ffff:198.51.100.9", 200),
        ("2001:db8::7", 200),
        ("2001:db8::8", 401),
        ("198.51.101.9", 401),
        ("", 401),
    ):
        assert api.get(*STATUS, address=address).status == status, address


def test_a_scope_opens_its_operations_alone(api: Api) -> None:
    api.key = api.new_key(Scope.CONFIRM)
    answer = api.get(*STATUS)
    assert (answer.status, json.loads(answer.text)["code"]) == (403, "AccessDenied")
    api.key = api.new_key(Scope.READ)
    refused_ = api.post("/confirmations", {}, "a-new-request")
    assert (refused_.status, json.loads(refused_.text)["code"]) == (403, "AccessDenied")
    assert [call["outcome"] for call in api.calls()] == ["AccessDenied", "AccessDenied"]


def test_a_key_in_the_address_opens_nothing(api: Api) -> None:
    key, api.key = api.key, ""
    for name in ("api_key", "access_token", "key", "authorization", "token"):
        assert api.get(STATUS[0], f"{STATUS[1]}&{name}={key}").status == 401
    api.key = key
    answer = api.get(STATUS[0], f"{STATUS[1]}&access_token={key}")
    assert answer.status == 422
    assert key not in answer.text


@pytest.mark.slow
def test_a_budget_is_published_and_kept_by_the_minute(api: Api) -> None:
    api.key = api.new_key(calls_per_minute=2)
    api.clock.pass_(seconds=15)
    first, second, third = (api.get(*STATUS) for _ in range(3))
    assert first.headers["ratelimit-policy"] == '"calls";q=2;w=60'
    assert first.headers["ratelimit"] == '"calls";r=1;t=45'
    assert second.status == 200
    assert (third.status, third.headers["retry-after"]) == (429, "45")
    assert third.headers["ratelimit"] == '"calls";r=0;t=45'
    assert json.loads(third.text)["retry"] == "later"
    api.clock.pass_(seconds=45)
    assert api.get(*STATUS).status == 200


@pytest.mark.slow
def test_callers_without_a_key_are_bounded_by_address(api: Api) -> None:
    key, api.key = api.key, "epix_nothing"
    for _ in range(MOST_REFUSALS):
        assert api.get(*STATUS).status == 401
    answer = api.get(*STATUS)
    assert (answer.status, answer.headers["retry-after"]) == (429, "60")
    assert "ratelimit" not in answer.headers
    api.key = key
    assert api.get(*STATUS, address="192.0.2.7").status == 200


@pytest.mark.slow
def test_a_stranger_locks_out_no_caller_behind_the_same_proxy(api: Api) -> None:
    assert api.get(*STATUS).status == 200
    key, api.key = api.key, "epix_nothing"
    for _ in range(MOST_REFUSALS + 1):
        refusal = api.get(*STATUS)
    assert refusal.status == 429
    api.key = key
    assert api.get(*STATUS).status == 200


def test_all_addresses_of_one_network_count_together() -> None:
    limit = RefusalLimit()
    for host in range(MOST_REFUSALS):
        limit.refused(f"2001:db8::{host:x}")
    assert limit.is_exceeded("2001:db8::ffff")
    assert not limit.is_exceeded("2001:db8:0:1::1")


@pytest.mark.slow
def test_calls_beyond_the_budget_do_not_fill_the_journal(api: Api) -> None:
    api.key = api.new_key(calls_per_minute=1)
    assert [api.get(*STATUS).status for _ in range(4)] == [200, 429, 429, 429]
    assert [call["outcome"] for call in api.calls()] == ["ok", "TooManyRequests"]


def test_a_key_is_shown_once_and_kept_as_a_digest(api: Api) -> None:
    key_id, secret = parse(api.key) or ("", "")
    found = api.gateway.store.api.keys.find(key_id)
    assert found is not None
    assert len(secret) * 6 >= 160
    assert secret not in repr(found)
    assert api.get(*STATUS).status == 200
    found = api.gateway.store.api.keys.find(key_id)
    assert found is not None and found.used_on == api.clock().date()


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (KeyWish("x", [Scope.READ]), "system"),
        (KeyWish("Single\u202eWindow", [Scope.READ]), "system"),
        (KeyWish("Single Window", []), "scope"),
        (KeyWish("Single Window", [Scope.READ], "ZA/MA"), "authority"),
        (KeyWish("Single Window", [Scope.READ], days=0), "days"),
        (KeyWish("Single Window", [Scope.READ], days=5000), "days"),
        (KeyWish("Single Window", [Scope.READ], networks=["192.0.2.1/24"]), "network"),
        (KeyWish("Single Window", [Scope.READ], calls_per_minute=0), "calls_per_minute"),
    ],
)
def test_a_wish_that_is_wrong_is_refused_by_name(shared: Api, wish: KeyWish, field: str) -> None:
    before = shared.gateway.api.administer.list_all()
    with pytest.raises(ApiKeyInvalid) as refusal:
        shared.gateway.api.administer.add(wish, "T. Sitoe")
    assert refusal.value.field == field
    assert shared.gateway.api.administer.list_all() == before


def test_a_key_ends_by_itself(api: Api) -> None:
    api.key = api.new_key(days=2)
    api.clock.pass_(days=2, seconds=-1)
    assert api.get(*STATUS).status == 200
    api.clock.pass_(seconds=timedelta(seconds=1).total_seconds())
    assert api.get(*STATUS).status == 401
