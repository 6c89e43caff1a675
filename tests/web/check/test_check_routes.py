"""Addresses of the check page: policy, caching, languages, and what a first visit costs."""

import asyncio
import gzip
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette

from gateway.domain.codes import catalogue
from gateway.domain.errors import KeyUnusable, ServiceUnavailable
from gateway.domain.paper.boxes import HEAD, LINE
from gateway.domain.paper.verdict import PaperStatus, Unknown
from gateway.web.check import files as check_files
from gateway.web.check import pages
from gateway.web.check.files import LANGUAGES, files, shell, version, words
from gateway.web.check.pages import KeyListsFile, routes
from tests.web.people.visitor import Answer, Visitor

BASE = f"/check/{version()}"
MOST_BYTES = 100 * 1024
"""Of a first visit, compressed, without the scanner."""


def visitor(make: Callable[[], bytes] = lambda: b"{}") -> Visitor:
    own = {"MZ": lambda: b"a list"}
    return Visitor(Starlette(routes=list(routes(("P-256", b"key"), make, own))))


def policy(answer: Answer) -> str:
    return answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("fr-CH", "fr"), ("es;q=0.9, de", "es"), ("pt-MZ", "pt"), ("de", "en")],
)
def test_the_page_comes_in_the_language_of_the_browser(accepted: str, language: str) -> None:
    answer = visitor().send("GET", "/check", b"", headers={"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert words(LANGUAGES[language])["title"] in answer.text
    assert answer.headers["vary"] == "Accept-Language"


def test_the_policy_allows_no_script_or_style_in_the_page() -> None:
    page = visitor().get("/check")
    assert "unsafe" not in policy(page)
    assert "default-src 'none'" in policy(page)
    assert "camera=(self)" in page.headers["permissions-policy"]
    for element in re.findall(r"<script[^>]*>|<style[^>]*>", page.text):
        assert "src=" in element
    assert not re.search(r"\s(on\w+|style)=", page.text)


def test_the_scanner_alone_may_compile_webassembly() -> None:
    for name in (name for name in files() if not name.endswith(".wasm")):
        answer = visitor().send("HEAD", f"{BASE}/{name}", b"")
        assert answer.status == 200
        assert ("wasm-unsafe-eval" in policy(answer)) is (name == "scanner.js"), name
        assert "immutable" in answer.headers["cache-control"]


def test_a_first_visit_is_small() -> None:
    """Everything that is loaded before the scanner: page, files, service worker, manifest."""
    paths = ["/check", "/check/service-worker.js", "/check/manifest.webmanifest"]
    answers = [visitor().get(path).text.encode() for path in paths]
    answers += [files()[name] for name in shell()]
    size = sum(len(gzip.compress(answer)) for answer in answers)
    assert 10_000 < size < MOST_BYTES


def test_the_service_worker_keeps_every_file_and_notices_each_change() -> None:
    worker = visitor().get("/check/service-worker.js")
    assert worker.headers["service-worker-allowed"] == "/check"
    assert worker.headers["cache-control"] == "public, no-cache"
    for name in files():
        assert f'"{BASE}/{name}"' in worker.text
    signed = Visitor(Starlette(routes=list(routes(("P-256", b"other"), lambda: b"{}", {}))))
    assert signed.get("/check/service-worker.js").text != worker.text


def test_the_key_lists_are_sent_once_for_the_same_content() -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b'{"text": "%d"}' % len(made)

    asking = visitor(make)
    first = asking.get("/check/keys")
    assert (first.status, first.text) == (200, '{"text": "1"}')
    again = asking.send("GET", "/check/keys", b"", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.text, len(made)) == (304, "", 1)


def test_the_key_lists_are_made_anew_after_a_while() -> None:
    seconds, made = [0.0], [b"1", b"2"]
    lists = KeyListsFile(lambda: made.pop(0), lambda: seconds[0])
    assert asyncio.run(lists.content()) == asyncio.run(lists.content()) == b"1"
    seconds[0] = pages.LISTS_SECONDS + 1
    assert asyncio.run(lists.content()) == b"2"


def test_lists_that_cannot_be_made_are_tried_again_after_a_while() -> None:
    seconds, made = [0.0], list[int]()

    def make() -> bytes:
        made.append(1)
        if len(made) == 1:
            raise KeyUnusable("no key")
        return b"2"

    lists = KeyListsFile(make, lambda: seconds[0])
    for _ in range(3):
        with pytest.raises(KeyUnusable):
            asyncio.run(lists.content())
    assert len(made) == 1
    seconds[0] = pages.REFUSED_SECONDS + 1
    assert asyncio.run(lists.content()) == b"2"


def test_requests_that_wait_for_lists_hold_no_thread() -> None:
    threads = set[int]()

    def make() -> bytes:
        threads.update(each.ident or 0 for each in threading.enumerate())
        return b"1"

    async def many() -> list[bytes]:
        lists = KeyListsFile(make)
        return await asyncio.gather(*(lists.content() for _ in range(20)))

    before = threading.active_count()
    assert asyncio.run(many()) == [b"1"] * 20
    assert len(threads) <= before + 1


def test_lists_that_cannot_be_made_are_no_answer_to_keep() -> None:
    def make() -> bytes:
        raise ServiceUnavailable("no database")

    answer = visitor(make).get("/check/keys")
    assert (answer.status, answer.headers["cache-control"]) == (503, "no-store")


def test_nothing_can_be_sent_to_the_page() -> None:
    for path in ("/check", "/check/keys", f"{BASE}/page.js"):
        assert visitor().send("POST", path, b"1").status == 405


def test_the_tables_are_those_of_the_format() -> None:
    for tag in LANGUAGES:
        form = json.loads(files()[f"form.{tag}.json"])
        for name, table in (("head", HEAD), ("line", LINE)):
            assert [row["key"] for row in form[name]] == [row.key for row in table]
            assert all(row["label"] for row in form[name])


def test_every_word_is_used_and_every_word_that_is_used_is_there() -> None:
    scripts = "".join(files()[name].decode() for name in check_files.SCRIPTS)
    page = (Path(pages.__file__).parents[1] / "templates/check/page.html").read_text("utf-8")
    known = set(words("english"))
    own = set(catalogue(Path(check_files.__file__).with_name("words.csv")))
    statuses = {*(each.value for each in PaperStatus), "clock-wrong"} - {"withdrawn"}
    for status in statuses:
        assert {f"paper_{status}", f"why_{status}"} <= known
    assert {f"paper_unknown_{each}" for each in Unknown} <= known
    used = set(re.findall(r"words\.(?!js)(\w+)", scripts)) | set(re.findall(r"word\.(\w+)", page))
    assert used <= known
    named = set(re.findall(r'"(\w+)"', scripts)) | used
    assert not [word for word in own - named if not word.startswith(("why_", "paper_"))]
