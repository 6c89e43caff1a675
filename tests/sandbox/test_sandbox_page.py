"""Page and downloads of the sandbox."""

from html import unescape

import pytest
from lxml import html

from gateway.exchange.sandbox.cases import sandbox_cases
from gateway.http import HttpRequest, settled
from tests.sandbox.conftest import ADDRESS, MadeSandbox

FILES = ("ca.pem", "client.pem", "client.key", "client.p12")


def page(team: MadeSandbox, path: str = "/epix/sandbox") -> str:
    return unescape(team.get(path).body.decode())


def words(team: MadeSandbox, path: str = "/epix/sandbox") -> str:
    """A page as a person copies from it."""
    return html.fromstring(page(team, path)).text_content()


def test_the_page_lists_every_case_with_its_purpose(team: MadeSandbox) -> None:
    text = page(team)
    for case in sandbox_cases():
        assert f"<code>{case.number}</code>" in text
        assert f">{case.outcome}<" in text
        assert case.purpose in text
    assert text.count("/epix/faults/") == sum(case.is_fault for case in sandbox_cases())


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/epix", "/epix/v2/ConfirmQuantities"])
def test_every_page_leads_to_it_and_says_who_may_call(team: MadeSandbox, path: str) -> None:
    text = page(team, path)
    assert 'href="/epix/sandbox"' in text
    assert "callers with its client certificate" in text


def test_the_request_of_an_operation_names_the_files_that_are_offered(team: MadeSandbox) -> None:
    text = words(team, "/epix/v2/GetNonFinalCitesCertificate")
    assert "--cert client.pem --key client.key --cacert ca.pem" in text
    for name in ("ca.pem", "client.pem", "client.key"):
        assert f"{ADDRESS}/epix/sandbox/{name} -o {name}" in words(team)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_downloaded_without_a_certificate(team: MadeSandbox, name: str) -> None:
    answer = team.get(f"/epix/sandbox/{name}")
    headers = dict(answer.headers)
    assert answer.status == 200 and answer.body
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert f'href="/epix/sandbox/{name}"' in page(team)


@pytest.mark.parametrize("path", ["/epix/sandbox", "/epix/sandbox/client.key"])
def test_they_are_only_read(team: MadeSandbox, path: str) -> None:
    def answered(method: str) -> tuple[int, bytes]:
        answer = settled(team.gateway.service.site(HttpRequest(method, path, "", {}, b"")))
        return answer.status, answer.body

    assert answered("POST")[0] == 405
    assert answered("HEAD") == (200, b"")


@pytest.mark.parametrize("name", ["dev-ca.key.pem", "../keys/dev-ca.key.pem", "server.key"])
def test_no_other_file_is_offered(team: MadeSandbox, name: str) -> None:
    assert team.get(f"/epix/sandbox/{name}").status == 404
