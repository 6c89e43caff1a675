"""Page and downloads of the sandbox."""

import re
from html import unescape

import pytest

from gateway.exchange.sandbox.cases import sandbox_cases
from gateway.http import HttpRequest, settled
from tests.sandbox.conftest import ADDRESS, MadeSandbox

FILES = ("ca.pem", "client.pem", "client.key", "client.p12")


def page(team: MadeSandbox, path: str = "/epix/sandbox") -> str:
    return unescape(team.get(path).body.decode())


def test_the_page_lists_every_case_with_its_purpose(team: MadeSandbox) -> None:
    text = page(team)
    rows = re.findall(r"<tr><td><code>(.*?)</code></td>", text)
    assert rows == [case.number for case in sandbox_cases()]
    for case in sandbox_cases():
        assert case.purpose in text
        assert f"<code>{case.outcome}</code>" in text


@pytest.mark.parametrize("path", ["/epix", "/epix/v2/ConfirmQuantities"])
def test_every_page_leads_to_it_and_says_who_may_call(team: MadeSandbox, path: str) -> None:
    text = page(team, path)
    assert 'href="/epix/sandbox"' in text
    assert "callers with its client certificate" in text


def test_the_request_of_an_operation_names_the_files_that_are_offered(team: MadeSandbox) -> None:
    text = page(team, "/epix/v2/GetNonFinalCitesCertificate")
    assert "--cert client.pem --key client.key --cacert ca.pem" in text
    for name in ("ca.pem", "client.pem", "client.key"):
        assert f"{ADDRESS}/epix/sandbox/{name} -o {name}" in page(team)


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

    assert answered("POST") == (405, b"")
    assert answered("HEAD") == (200, b"")


@pytest.mark.parametrize("name", ["dev-ca.key.pem", "../keys/dev-ca.key.pem", "server.key"])
def test_no_other_file_is_offered(team: MadeSandbox, name: str) -> None:
    assert team.get(f"/epix/sandbox/{name}").status == 404
