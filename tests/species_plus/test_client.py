"""Species+ client against a real HTTP server that misbehaves."""

from collections.abc import Iterator

import pytest

from gateway.exchange.ports.listings.source import SourceFailed
from gateway.species_plus.client import ClientLimits, SpeciesPlusClient
from gateway.species_plus.retry import pause_before, reason_of
from tests.species_plus.stand_in import TOKEN, Reply, StandIn, serving, tiger

pytestmark = pytest.mark.slow
PAGES = {"current_page": 1, "per_page": 500, "total_entries": 0}


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def source(server: StandIn) -> StandIn:
    server.asked.clear()
    server.tokens.clear()
    return server


def client(source: StandIn, slept: list[float] | None = None, **limits: float) -> SpeciesPlusClient:
    bounds = {"call_seconds": 10.0, "download_seconds": 2.0, "max_answer_bytes": 2000} | limits
    waits = slept if slept is not None else []
    address = f"{source.address}/api"
    return SpeciesPlusClient(
        address, lambda: TOKEN, None, ClientLimits(**bounds), sleep=waits.append
    )  # type: ignore[arg-type]


def always(reply: Reply) -> object:
    return lambda path, query: reply


def failure(source: StandIn, reply: Reply, **limits: float) -> SourceFailed:
    source.answer = lambda path, query: reply
    with pytest.raises(SourceFailed) as caught:
        client(source, **limits).taxa("Panthera tigris")
    return caught.value


@pytest.mark.parametrize(
    ("reply", "words", "asked", "lasting"),
    [
        (Reply(status=401), "does not accept the token", 1, True),
        (Reply({"error": {"message": "Unpermitted parameters (x)"}}, 422), "Unpermitted", 1, False),
        (Reply(status=404), "calls come too fast", 4, False),
        (Reply({"error": {"message": "We are sorry"}}, 500), "status 500: We are sorry", 4, False),
        (Reply(status=302, headers={"Location": "/x"}), "has moved", 1, True),
        (Reply(status=429, headers={"Retry-After": "3600"}), "to wait 3600 seconds", 1, True),
        (Reply(b"{}", length=900), "ends too early", 4, False),
        (Reply({"pagination": PAGES}, length=3), "no JSON", 1, False),
        (Reply(b"x" * 2500), "more than 2000 bytes", 4, False),
        (Reply(b"<html>"), "no JSON", 1, False),
        (Reply(b"[" * 1500), "no JSON", 1, False),
        (Reply([1]), "no list of taxa", 1, False),
        (Reply({"pagination": {"total_entries": -1}}), "no list of taxa", 1, False),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_failure_says_what_happened_after_a_bounded_number_of_calls(
    source: StandIn, reply: Reply, words: str, asked: int, lasting: bool
) -> None:
    failed = failure(source, reply)
    assert words in failed.reason and TOKEN not in failed.reason
    assert (len(source.asked), failed.is_lasting) == (asked, lasting)


def test_a_slow_server_is_asked_again_and_then_a_failure(source: StandIn) -> None:
    failed = failure(source, Reply(before=0.5), call_seconds=0.3)
    assert "in 0.3 seconds" in failed.reason
    assert (len(source.asked), failed.is_lasting) == (4, False)


def test_calls_pause_and_a_burst_of_refusals_is_waited_out(source: StandIn) -> None:
    burst = [Reply(status=404), Reply(status=429, headers={"Retry-After": "7"})]
    burst += [Reply({"pagination": PAGES, "taxon_concepts": []})] * 2
    replies = iter(burst)
    source.answer = lambda path, query: next(replies)
    slept: list[float] = []
    asking = client(source, slept)
    assert len(asking.taxa("Panthera tigris")) == 1
    assert slept == [1.0, 7.0]
    asking.taxa("Panthera tigris")
    assert slept == [1.0, 7.0, 1.0]
    assert set(source.tokens) == {TOKEN}


def test_a_server_that_is_gone_is_a_failure() -> None:
    with serving() as gone:
        asking = client(gone)
    with pytest.raises(SourceFailed, match="no complete answer"):
        asking.taxa("Panthera tigris")


def test_all_pages_are_read_and_a_list_that_changes_is_none(source: StandIn) -> None:
    totals = {1: 501, 2: 501}

    def answer(path: str, query: dict[str, list[str]]) -> Reply:
        page = int(query["page"][0])
        return Reply({"pagination": {"total_entries": totals[page]}, "taxon_concepts": []})

    source.answer = answer
    assert len(client(source).taxa("Panthera tigris")) == 2
    totals[2] = 502
    with pytest.raises(SourceFailed, match="between two pages"):
        client(source).taxa("Panthera tigris")
    totals |= {1: 10**9, **dict.fromkeys(range(2, 500), 10**9)}
    with pytest.raises(SourceFailed, match="more than 400 pages"):
        client(source, max_answer_bytes=100_000).taxa("Panthera tigris")


def test_a_taxon_with_one_answer_missing_is_none(source: StandIn) -> None:
    source.taxa(tiger())
    names = [each.name for each in client(source).of_taxon(900001)]
    assert names == [
        "cites_legislation_900001.json",
        "eu_legislation_900001.json",
        "distributions_900001.json",
    ]
    whole = source.answer
    source.answer = lambda path, query: Reply(status=500) if "eu_" in path else whole(path, query)
    with pytest.raises(SourceFailed, match="status 500"):
        client(source).of_taxon(900001)
    source.answer = lambda path, query: Reply({})
    with pytest.raises(SourceFailed, match="something else than distributions"):
        client(source).of_taxon(900001)


def test_the_bulk_file_is_behind_a_redirect_that_never_gets_the_token(source: StandIn) -> None:
    there = {"Location": f"{source.address}/files/1"}
    source.answer = lambda path, query: (
        Reply(b"packed") if path == "/files/1" else Reply(status=302, headers=there)
    )
    found = client(source).everything()
    assert (found.name, found.content) == ("cites_eu_en.ndjson.gz", b"packed")
    assert source.tokens == [TOKEN, None]
    for elsewhere in ("http://files.example.org/1", "ftp://127.0.0.1/1", "http://[::1", ""):
        there["Location"] = elsewhere
        with pytest.raises(SourceFailed, match=r"not followed|without an end"):
            client(source).everything()
    assert set(source.tokens[2:]) <= {TOKEN, None}


def test_waits_grow_and_odd_words_of_a_server_do_not_matter() -> None:
    assert [pause_before(attempt, 1.0, {}) for attempt in (2, 3, 4)] == [1.0, 2.0, 4.0]
    for odd in ("", "soon", "-5", "１", "Wed, 21 Oct 2026 07:28:00 GMT"):
        assert pause_before(2, 1.0, {"retry-after": odd}) == 1.0
    assert pause_before(2, 1.0, {"retry-after": "9" * 400}) is None
    assert "\n" not in reason_of(418, "a\n\x1b[2Jb")


def test_pages_without_end_are_bounded_together(source: StandIn) -> None:
    page = {"pagination": {"total_entries": 10**9}, "taxon_concepts": ["x" * 900]}
    failed = failure(source, Reply(page))
    assert "too long together" in failed.reason
    assert len(source.asked) == 3
