"""Hostile requests to the pages for people: forged, foreign, oversized, misdirected."""

import re

import pytest

from gateway.web.people.page import Access
from gateway.web.people.visit import local_path
from tests.web.people.conftest import PASSWORD, Desk
from tests.web.people.visitor import ORIGIN, Visitor

FORM = {"present_password": PASSWORD, "new_password": "x", "repeated_password": "x"}


@pytest.mark.slow
def test_no_page_of_a_session_is_answered_without_one(desk: Desk) -> None:
    visitor = desk.visitor()
    seen = 0
    for route in desk.application.routes:
        page = getattr(getattr(route, "endpoint", None), "_page", None)
        if page is None:  # a file, the state of the service, or the JSON API
            continue
        path = re.sub(r"\{[^}]*\}", "customs", page.path)
        if page.access is Access.ANYBODY:
            continue
        seen += 1
        visitor.get("/sign-in")
        if page.get:
            assert visitor.get(path).status == 303, path
        if page.post:
            answer = visitor.post(path, {"name": "x"})
            assert (answer.status, answer.headers["location"][:8]) == (303, "/sign-in"), path
    assert seen > 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:8081"}, 403),
        ({"origin": f"{ORIGIN}.evil.example"}, 403),
        ({"sec_fetch_site": "cross-site", "origin": ""}, 403),
        ({"sec_fetch_site": "same-site", "origin": ""}, 403),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": ""}, 415),
    ],
)
def test_a_form_of_another_page_changes_nothing(
    desk: Desk, headers: dict[str, str], status: int
) -> None:
    visitor = desk.signed_in("customs")
    visitor.get("/account/password")
    assert visitor.post("/account/password", FORM, **headers).status == status
    assert visitor.post("/account/sessions", {}, **headers).status == status
    assert [act["act"] for act in desk.acts()][-1] == "signed-in"


@pytest.mark.slow
@pytest.mark.parametrize("token", ["", "0" * 64, "é" * 64, "other session"])
def test_a_form_without_the_token_of_this_session_changes_nothing(desk: Desk, token: str) -> None:
    visitor, other = desk.signed_in("customs"), desk.signed_in("customs")
    if token == "other session":
        other.get("/account")
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', other.page)
        assert found
        token = found[1]
    visitor.get("/account")
    assert visitor.post("/account/sessions", {"form_token": token}).status == 403
    assert other.get("/account").status == 200


@pytest.mark.slow
def test_a_session_that_an_attacker_set_is_never_used(desk: Desk) -> None:
    visitor = desk.visitor()
    visitor.cookies["__Host-epix-session"] = "chosen-by-somebody-else"
    visitor.sign_in("customs", PASSWORD)
    assert visitor.cookies["__Host-epix-session"] != "chosen-by-somebody-else"
    fixed = desk.visitor()
    fixed.cookies["__Host-epix-session"] = "chosen-by-somebody-else"
    assert fixed.get("/account").status == 303


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:8081.evil.example", "127.0.0.1:8081", "localhost", "a@b"]
)
def test_another_host_is_not_answered_and_nothing_of_it_is_echoed(desk: Desk, host: str) -> None:
    answer = desk.visitor().get("/sign-in", host=host)
    assert answer.status == 421
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/a//evil",
        "\t/x",
        "/%2f/evil",
        "/a?b=c",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "/" + "a" * 300,
        "/é",
    ],
)
def test_a_sign_in_leads_to_no_other_place(desk: Desk, wanted: str) -> None:
    assert local_path(wanted) == "/"
    assert desk.visitor().sign_in("customs", PASSWORD, next=wanted).headers["location"] == "/"


@pytest.mark.parametrize(
    "body",
    [
        b"a=1&" * 101,
        b"name=" + b"x" * 9000,
        b"\xff\xfe=1",
        b"name=%ff%fe",
    ],
)
def test_a_form_of_too_many_or_unreadable_fields_is_refused(desk: Desk, body: bytes) -> None:
    visitor = desk.visitor()
    visitor.get("/sign-in")
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": ORIGIN}
    answer = visitor.send("POST", "/sign-in", body, headers=headers)
    assert (answer.status, "cannot be read" in answer.words) == (400, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_another_method_is_refused(desk: Desk, method: str) -> None:
    assert desk.visitor().send(method, "/sign-in", b"").status == 405


@pytest.mark.parametrize(
    "path", ["/nothing", "/people/by-name/a/b/c", "/static/../base.html", "/sign-in/", "//sign-in"]
)
def test_an_unknown_address_is_404_and_not_echoed(desk: Desk, path: str) -> None:
    answer = desk.visitor().get(path)
    assert (answer.status, "There is nothing at this address" in answer.words) == (404, True)


@pytest.mark.slow
def test_pages_are_kept_by_no_cache_and_run_nothing_that_is_not_ours(desk: Desk) -> None:
    visitor = desk.signed_in("customs")
    for path in ("/", "/account", "/sign-in", "/nothing"):
        answer = visitor.get(path)
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<script" not in answer.text
        assert not re.search(r'\son\w+=|\sstyle="|<style', answer.text)


def test_cookies_are_of_this_host_alone_and_no_script_reads_them(desk: Desk) -> None:
    visitor = desk.visitor()
    first = visitor.get("/sign-in").headers["set-cookie"]
    session = visitor.sign_in("customs", PASSWORD)
    for cookie in (first, session.headers["set-cookie"]):
        assert cookie.startswith("__Host-")
        for attribute in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
            assert attribute in cookie
        assert "Domain" not in cookie


@pytest.mark.slow
def test_a_name_of_a_person_is_text_on_every_page(desk: Desk) -> None:
    admin = desk.signed_in("administrator")
    admin.get("/people/add")
    hostile = "<script>alert(1)</script>"
    form = {"name": "x.y", "full_name": hostile, "grants": "customs@MZ/MA"}
    pages_seen = [
        admin.post("/people/add", form),
        admin.get("/people"),
        admin.get("/people/by-name/x.y"),
    ]
    for answer in pages_seen:
        assert hostile not in answer.text
        assert "&lt;script&gt;" in answer.text


@pytest.mark.slow
def test_a_browser_that_names_itself_in_many_letters_is_cut(desk: Desk) -> None:
    visitor: Visitor = desk.visitor()
    visitor.get("/sign-in")
    visitor.post(
        "/sign-in",
        {"name": "customs", "password": PASSWORD},
        user_agent="<b>" + "x" * 5000,
    )
    page = visitor.get("/account")
    assert "&lt;b&gt;x" in page.text
    assert "x" * 201 not in page.text
