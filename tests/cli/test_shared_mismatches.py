"""Messages of a partner about shared differences: what is not its own is not taken."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap import Gateway, build
from gateway.bootstrap.clock import new_id
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Partner
from gateway.domain.report.shared import ActingPerson, Delivery, PersonRole, SharedMismatch
from gateway.exchange.journal.message_retention import MessageRetention, RefusalQuota
from gateway.exchange.permits.guess_limit import CallerLimit
from gateway.exchange.ports import JournalFilter
from gateway.exchange.ports.report.shared import NOT_OFFERED, PartnerSharing, SharedChange
from gateway.exchange.report.sharing.records import MESSAGE
from gateway.exchange.service.identify_caller import AnyCaller
from gateway.http import HttpAnswer, HttpRequest
from gateway.mismatch_resource import PATH, MismatchResource
from gateway.settings import load_settings
from tests.cli.conftest import NUMBER, Call
from tests.cli.test_ledger_command import confirm

ZA = Partner("za", IsoCountryCode("ZA"))
BW = Partner("bw", IsoCountryCode("BW"))
WHO = ("--person", "A. Cossa", "--reason", "two skins were torn")
LINE = ("MZ/ANAC", NUMBER, "A")
PARTNERS = "".join(
    f'\n[[partner]]\nkey = "{key}"\ncountry = "{key.upper()}"\n'
    'mismatch_address = "http://127.0.0.1:9/epix/mismatches"\n'
    for key in ("za", "bw")
)


@pytest.fixture
def house(tmp_path: Path, published_directory: Path) -> Path:
    """1200 skins were counted at home, and 1198 in South Africa."""
    directory = Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))
    with (directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
        file.write(PARTNERS)
    confirm(directory, "mz-customs", "1200", "MZ")
    confirm(directory, "za", "1198")
    return directory


@pytest.fixture
def gateway(house: Path) -> Iterator[Gateway]:
    with build(load_settings(house)) as opened:
        yield opened


def an_act(**changes: Any) -> dict[str, Any]:
    act = {
        "id": "00000000-0000-4000-8000-000000000001",
        "version": 1,
        "kind": "proposed",
        "quantity": "1198",
        "unit": "NAR",
        "role": "officer",
        "authority": "ZA/DFFE",
        "reason": "counted twice",
        "at": "2026-11-01T00:00:00+00:00",
    }
    return act | changes


def a_figure(**changes: Any) -> dict[str, Any]:
    return {"quantity": "1198", "unit": "NAR", "as_of": "2026-11-01T00:00:00+00:00"} | changes


def told(*acts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    difference = {"issuer": "MZ", "number": NUMBER, "line": "A", "figure": a_figure()}
    return difference | {"acts": list(acts)} | changes


def received(gateway: Gateway, *differences: object, by: Partner = ZA) -> list[Any]:
    message = json.dumps({"v": 1, "differences": differences}).encode()
    answer, _ = gateway.sharing.receive.receive(by, message)
    return list(json.loads(answer)["outcomes"])


def test_a_proposal_is_taken_once_and_an_older_figure_changes_nothing(gateway: Gateway) -> None:
    taken = {"result": "taken", "acts": {an_act()["id"]: "taken"}}
    assert received(gateway, told(an_act())) == received(gateway, told(an_act())) == [taken]
    old = a_figure(quantity="1", as_of="2025-01-01T00:00:00+00:00")
    received(gateway, told(an_act(), figure=old))
    (found,) = gateway.sharing.shared.after("", 9)
    assert (found.ours.quantity, found.theirs and found.theirs.quantity) == ("1200 NAR", "1198 NAR")
    assert [act.reason for act in (act.by for act in found.acts)] == ["counted twice"]
    assert found.waits_since is not None


NOT_TAKEN = [
    (told(number="MZ26EX999999"), "unknown"),
    (told(number="MZ26EX000102"), "unknown"),
    (told(line="Z"), "unknown"),
    (told(issuer="BW"), "unknown"),
    (told(issuer="ZA"), "unknown"),
    (told(issuer="<b>"), "invalid"),
    (told(line="A\nB"), "invalid"),
    (told(figure=a_figure(quantity="1e999")), "invalid"),
    (told(figure=a_figure(as_of="9999-12-31T23:59:59Z")), "invalid"),
    (told(figure=a_figure(as_of="0001-01-01T00:00:00+14:00")), "invalid"),
    (told(figure=a_figure(as_of="2026-11-01")), "invalid"),
    (told(an_act(quantity="NaN")), "invalid"),
    (told(an_act(quantity="-1")), "invalid"),
    (told(an_act(quantity=5)), "invalid"),
    (told(an_act(version=True)), "invalid"),
    (told(an_act(version=10**9)), "invalid"),
    (told(an_act(kind="settled")), "invalid"),
    (told(an_act(role="minister")), "invalid"),
    (told(an_act(authority="MZ/ANAC")), "invalid"),
    (told(an_act(reason="x" * 301)), "invalid"),
    (told(an_act(reason="\u202etorn")), "invalid"),
    (told(*[an_act()] * 101), "invalid"),
    ([[[]]], "invalid"),
    (None, "invalid"),
]  # fmt: skip


def test_what_is_not_of_the_partner_or_the_format_is_not_kept(gateway: Gateway) -> None:
    outcomes = received(gateway, *(difference for difference, _ in NOT_TAKEN))
    assert [each["result"] for each in outcomes] == [result for _, result in NOT_TAKEN]
    assert gateway.sharing.shared.after("", 9) == []


def test_another_country_takes_no_part_in_the_line(gateway: Gateway) -> None:
    received(gateway, told(an_act()))
    before = gateway.sharing.shared.after("", 9)
    agreed = an_act(kind="agreed", version=2, authority="BW/DWNP", id="0" * 8 + an_act()["id"][8:])
    (outcome,) = received(gateway, told(agreed), by=BW)
    assert set(outcome["acts"].values()) == {"unknown"}
    assert gateway.sharing.shared.after("", 9) == before


def test_a_proposal_is_in_the_unit_of_box_11(gateway: Gateway) -> None:
    for quantity, unit, outcome in (
        ("5", "KGM", "unit"),
        ("5", "ZZZ", "unit"),
        ("5.5", "NAR", "unit"),
        ("5", "NAR", "taken"),
    ):
        (found,) = received(gateway, told(an_act(unit=unit, quantity=quantity)))
        assert (found["result"], list(found["acts"].values())) == ("taken", [outcome])


def test_a_partner_that_says_again_what_we_answered_is_told_again(gateway: Gateway) -> None:
    sharing = gateway.sharing
    received(gateway, told(an_act()))
    (found,) = sharing.shared.after("", 9)
    by = ActingPerson(PersonRole.OFFICER, "MZ/ANAC", "counted again", "A. Cossa")
    agreed = sharing.act.agree(found, by)
    assert [each.agreement for each in gateway.store.report.settlements.all()] == [
        agreed.acts[-1].id
    ]

    def told_to_partner(stored: SharedMismatch | None) -> SharedChange:
        assert stored is not None
        return SharedChange(replace(stored, delivery=Delivery()))

    sharing.shared.update("za", found.line, told_to_partner)
    received(gateway, told(an_act()))
    (found,) = sharing.shared.after("", 9)
    assert found.delivery.due_at is not None and len(found.acts) == 2


def test_a_million_differences_leave_nothing_behind(gateway: Gateway) -> None:
    message = json.dumps({"v": 1, "differences": [told()] * 1000}).encode()
    with pytest.raises(InvalidRequest, match="at most"):
        gateway.sharing.receive.receive(ZA, message)
    unknown = [told(number=f"MZ26EX9{n:05}") for n in range(100)]
    assert {each["result"] for each in received(gateway, *unknown)} == {"unknown"}
    assert gateway.sharing.shared.after("", 9) == []


def asked(
    gateway: Gateway, caller: Partner, body: bytes, allowed: int = 9
) -> list[HttpAnswer | None]:
    """The answers of the resource to a request and its repetition."""
    resource = MismatchResource(
        AnyCaller(caller),
        frozenset(gateway.sharing.sharing),
        gateway.sharing.receive,
        gateway.store.journal,
        gateway.maintenance.require_open,
        CallerLimit(allowed, lambda: 0.0),
        MessageRetention(lambda: "0190", lambda: 0.0, RefusalQuota(1, 1 << 20)),
        gateway.clock,
        new_id,
    )
    request = HttpRequest("POST", PATH, "", {}, body)
    return [resource(request), resource(request)]


def test_the_resource_is_there_for_partners_that_agreed_alone(gateway: Gateway) -> None:
    message = json.dumps({"v": 1, "differences": [told()]}).encode()
    assert asked(gateway, Partner("na", IsoCountryCode("NA")), message) == [None, None]
    assert [each and each.status for each in asked(gateway, ZA, message)] == [200, 200]
    over = [each and each.status for each in asked(gateway, ZA, message, allowed=1)]
    assert over == [200, 429]


def test_no_message_is_refused_and_recorded_by_its_digest(gateway: Gateway) -> None:
    for body in (b"", b"[" * 200_000, b'{"v":1e999}', b"<x/>", b"\xff" * 999, b"{}" * 200_000):
        answers = asked(gateway, ZA, body)
        assert [each and each.status for each in answers] == [400, 400]
    found = gateway.store.journal.search(JournalFilter(operation=MESSAGE), 99)
    assert len(found) == 12 and {each.outcome for each in found} == {"InvalidRequest"}
    assert max(len(each.request) for each in found) < 300


def test_a_partner_that_shares_settles_for_itself_until_its_gateway_takes_none(
    house: Path, call: Call
) -> None:
    settle = ("report", "mismatches", "settle", *LINE, "1198", "--partner-person", "T. Nkosi", *WHO)
    assert "settles in its own gateway" in call(*settle, "--dir", house).err
    proposed = call("report", "mismatches", "propose", *LINE, "1198.5", *WHO, "--dir", house)
    assert "whole numbers" in proposed.err
    proposed = call("report", "mismatches", "propose", *LINE, "1198", *WHO, "--dir", house)
    assert proposed.status == 0, proposed.err
    unreached = call("report", "mismatches", "share", "--dir", house)
    assert (unreached.status, "PartnerUnreachable" in unreached.out) == (0, True)
    with build(load_settings(house)) as gateway:
        gateway.sharing.shared.note("za", PartnerSharing(NOT_OFFERED, gateway.clock()))
    listed = call("report", "mismatches", "shared", "--lang", "fr", "--dir", house).out
    assert "sa passerelle ne prend pas de différences" in listed and "proposé" in listed
    assert call(*settle, "--dir", house).status == 0
