"""Administration: people added, given roles, closed out and helped back in; never beyond a role."""

import re

import pytest

from gateway.domain.errors import AccessDenied
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.people.administer import Actor
from tests.web.people.conftest import PASSWORD, Desk
from tests.web.people.visitor import Answer, Visitor

NEW = "eleven green umbrellas"
CODE = re.compile(r"\b(?:[2-9A-Z]{5}-){4}[2-9A-Z]{5}\b")


def code_on(answer: Answer) -> str:
    found = CODE.search(answer.text)
    assert found, answer.words
    return found[0]


def recovered(visitor: Visitor, code: str, password: str = NEW) -> Answer:
    visitor.get("/recover")
    form = {"code": code, "new_password": password, "repeated_password": password}
    return visitor.post("/recover", form)


@pytest.mark.slow
def test_a_person_is_added_and_sets_their_password_with_the_code_once(desk: Desk) -> None:
    admin = desk.signed_in("administrator")
    admin.get("/people/add")
    form = {"name": "m.tembe", "full_name": "Marta Tembe", "grants": "customs@MZ/MA"}
    code = code_on(admin.post("/people/add", form))
    visitor = desk.visitor()
    assert recovered(visitor, code, "short").status == 422
    answer = recovered(visitor, f" {code.lower().replace('-', ' ')} ")
    assert (answer.status, answer.headers["location"]) == (303, "/"), answer.words
    assert "Marta Tembe" in visitor.get("/").words
    assert recovered(desk.visitor(), code).status == 422
    assert desk.visitor().sign_in("m.tembe", NEW).status == 303
    made = [(act["act"], act["by"]) for act in desk.acts() if act["subject"] == "m.tembe"]
    assert made[:2] == [("added", "administrator"), ("recovered", "m.tembe")]
    assert code not in str(desk.acts())


@pytest.mark.slow
def test_a_form_with_mistakes_comes_back_with_each_beside_its_field(desk: Desk) -> None:
    admin = desk.signed_in("administrator")
    admin.get("/people/add")
    for form, sentence in (
        ({"name": "Ärger", "full_name": "A", "grants": "customs@MZ/MA"}, "letters a to z"),
        ({"name": "a", "full_name": "\u202e", "grants": "customs@MZ/MA"}, "in full"),
        ({"name": "a", "full_name": "A <b>"}, "at least one role"),
        ({"name": "a", "full_name": "A", "grants": "emperor@MZ/MA"}, "from this list"),
        ({"name": "a", "full_name": "A", "grants": "customs@ZA/MA"}, "no authority"),
        ({"name": "customs", "full_name": "A", "grants": "customs@MZ/MA"}, "Another person"),
    ):
        answer = admin.post("/people/add", form)
        assert (answer.status, sentence in answer.words) == (422, True), answer.words
    empty = admin.post("/people/add", {})
    for field in ("name", "full_name", "grants"):
        assert f'id="{field}-error"' in empty.text  # all at once
    answer = admin.post("/people/add", {"name": "a", "full_name": "A <b>"})
    assert 'value="A &lt;b&gt;"' in answer.text


@pytest.mark.slow
def test_a_code_counts_for_a_day_and_the_newest_alone(desk: Desk) -> None:
    admin = desk.signed_in("administrator")
    admin.get("/people/by-name/customs")
    first = code_on(admin.post("/people/by-name/customs/reset"))
    second = code_on(admin.post("/people/by-name/customs/reset"))
    assert recovered(desk.visitor(), first).status == 422
    desk.clock.pass_(hours=25)
    assert recovered(desk.visitor(), second).status == 422


@pytest.mark.slow
def test_a_reset_takes_password_sessions_and_where_asked_the_second_factor(desk: Desk) -> None:
    officer, admin = desk.signed_in("customs"), desk.signed_in("administrator")
    admin.get("/people/by-name/customs")
    code = code_on(admin.post("/people/by-name/customs/reset", {"factors": "yes"}))
    assert officer.get("/account").status == 303
    assert desk.visitor().sign_in("customs", PASSWORD).status == 422
    assert recovered(desk.visitor(), code).headers["location"] == "/"
    assert [act["details"] for act in desk.acts() if act["act"] == "reset"] == [
        {"taken": "password, second factor"}
    ]


@pytest.mark.slow
def test_a_closed_account_signs_in_no_more_until_it_is_opened(desk: Desk) -> None:
    officer, admin = desk.signed_in("customs"), desk.signed_in("administrator")
    admin.get("/people/by-name/customs")
    assert admin.post("/people/by-name/customs/disable").status == 303
    assert officer.get("/account").status == 303
    assert desk.visitor().sign_in("customs", PASSWORD).status == 422
    assert "closed" in admin.get("/people/by-name/customs").words
    admin.post("/people/by-name/customs/enable")
    assert desk.visitor().sign_in("customs", PASSWORD).status == 303


@pytest.mark.slow
def test_roles_are_changed_and_the_sessions_with_the_old_ones_end(desk: Desk) -> None:
    officer, admin = desk.signed_in("auditor"), desk.signed_in("administrator")
    assert officer.get("/acts").status == 200
    admin.get("/people/by-name/auditor")
    answer = admin.post("/people/by-name/auditor/roles", {"grants": "operator@MZ/MA"})
    assert answer.status == 303
    assert officer.get("/acts").status == 303
    assert desk.signed_in("auditor").get("/acts").status == 403


@pytest.mark.slow
@pytest.mark.parametrize("act", ["roles", "disable", "reset"])
def test_no_administrator_changes_their_own_account(desk: Desk, act: str) -> None:
    admin = desk.signed_in("administrator")
    admin.get("/people")
    form = {"grants": "customs@MZ/MA"}
    assert admin.post(f"/people/by-name/administrator/{act}", form).status == 403
    assert admin.get("/people").status == 200


@pytest.mark.slow
@pytest.mark.parametrize("name", ["customs", "authority", "operator", "auditor"])
def test_no_other_role_administers(desk: Desk, name: str) -> None:
    visitor = desk.signed_in(name)
    visitor.get("/")
    for path in ("/people", "/people/add", "/people/by-name/customs"):
        assert visitor.get(path).status == 403
    before = desk.acts()
    for path, form in (
        ("/people/add", {"name": "x", "full_name": "X", "grants": "administrator@MZ/MA"}),
        ("/people/by-name/customs/roles", {"grants": "administrator@MZ/MA"}),
        ("/people/by-name/customs/disable", {}),
        ("/people/by-name/customs/reset", {}),
    ):
        assert visitor.post(path, form).status == 403
    assert desk.acts() == before
    assert visitor.get("/acts").status == (200 if name == "auditor" else 403)


def test_an_administrator_reaches_no_other_authority(desk: Desk) -> None:
    people = desk.gateway.people
    everywhere = Actor("T. Sitoe")
    both = [Grant(Role.CUSTOMS, "MZ/MA"), Grant(Role.OPERATOR, "ZA/MA")]
    people.authorities  # noqa: B018 - the authority of the fixture is MZ/MA alone
    administer = type(people.administer)(
        people.accounts,
        {"MZ/MA": "ours", "ZA/MA": "theirs"},
        people.administer.code_lifetime,
        desk.clock,
        people.administer.new_id,
    )
    administer.add(everywhere, "both", "Both Sides", both)
    administer.add(everywhere, "theirs", "Other Side", both[1:])
    ours = Actor("a", frozenset({"MZ/MA"}), "id")
    assert "theirs" not in {person.name for person in administer.people(ours)}
    changed = administer.set_grants(ours, "both", [Grant(Role.AUDITOR, "MZ/MA")])
    assert changed.grants == {Grant(Role.AUDITOR, "MZ/MA"), Grant(Role.OPERATOR, "ZA/MA")}
    for act in (
        lambda: administer.disable(ours, "both"),
        lambda: administer.reset(ours, "both", factors=True),
        lambda: administer.set_grants(ours, "both", [Grant(Role.OPERATOR, "ZA/MA")]),
    ):
        with pytest.raises(AccessDenied):
            act()


@pytest.mark.slow
def test_auditors_and_administrators_read_what_people_did(desk: Desk) -> None:
    desk.visitor("198.51.100.7").sign_in("customs", "wrong password, long")
    words = desk.signed_in("auditor").get("/acts").words
    assert "Sign-in failed" in words
    assert "198.51.100.7" in words
