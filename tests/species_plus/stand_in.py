"""Stand-in for Species+ on this machine, over real HTTP: answers by path, and misbehaves."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-the-tests"


class Reply:
    """An answer. length: announced in place of the true one.  before, slowly: seconds."""

    def __init__(
        self,
        body: object = b"",
        status: int = 200,
        headers: dict[str, str] | None = None,
        length: int | None = None,
        before: float = 0,
    ) -> None:
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.headers = status, headers or {}
        self.length = len(self.body) if length is None else length
        self.before = before


class StandIn:
    """answer: gives the reply to a path and its query; asked: paths with their headers."""

    def __init__(self) -> None:
        self.answer: Callable[[str, dict[str, list[str]]], Reply] = lambda path, query: Reply(
            status=404
        )
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        self.address = ""

    def taxa(self, *taxa: dict[str, object]) -> None:
        """Answer as Species+ does, for a few taxa with their legislation and range."""

        def answer(path: str, query: dict[str, list[str]]) -> Reply:
            parts = path.strip("/").split("/")
            if parts == ["taxon_concepts"]:
                name = query["name"][0].casefold()
                found = [each for each in taxa if str(each["full_name"]).casefold() == name]
                shown = [
                    {key: value for key, value in each.items() if key not in OF_OTHER_CALLS}
                    for each in found
                ]
                pages = {"current_page": 1, "per_page": 500, "total_entries": len(found)}
                return Reply({"pagination": pages, "taxon_concepts": shown})
            one = {str(each["id"]): each for each in taxa}.get(parts[1] if parts[1:] else "")
            if one is None or len(parts) != 3:
                return Reply(status=404)
            if parts[2] == "distributions":
                return Reply(one.get("distributions", []))
            if parts[2] == "eu_legislation":
                return Reply({"eu_listings": [], "eu_decisions": one.get("eu_decisions", [])})
            keys = ("cites_listings", "cites_quotas", "cites_suspensions")
            return Reply({key: one.get(key, []) for key in keys})

        self.answer = answer


OF_OTHER_CALLS = {
    "cites_listings",
    "cites_quotas",
    "cites_suspensions",
    "eu_decisions",
    "distributions",
}


@contextmanager
def serving() -> Iterator[StandIn]:
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            stand_in.asked.append(self.path)
            stand_in.tokens.append(self.headers.get("X-Authentication-Token"))
            reply = stand_in.answer(url.path.removeprefix("/api"), parse_qs(url.query))
            time.sleep(reply.before)
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(reply.length))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                pass

        def log_message(self, *args: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    stand_in.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listing(taxon_id: int, appendix: str, since: str, **changes: object) -> dict[str, object]:
    return {
        "taxon_concept_id": taxon_id,
        "is_current": True,
        "appendix": appendix,
        "change_type": "+",
        "effective_at": since,
        "annotation": None,
    } | changes


def tiger(**changes: object) -> dict[str, object]:
    """An invented record of a taxon with a listing of its own and one of its family."""
    return {
        "id": 900001,
        "full_name": "Panthera tigris",
        "author_year": "(Linnaeus, 1758)",
        "rank": "SPECIES",
        "name_status": "A",
        "active": True,
        "cites_listing": "I",
        "higher_taxa": {
            "kingdom": "Animalia",
            "phylum": "Chordata",
            "class": "Mammalia",
            "order": "Carnivora",
            "family": "Felidae",
        },
        "synonyms": [{"full_name": "Felis tigris", "author_year": "Linnaeus, 1758"}],
        "cites_listings": [listing(900001, "I", "1975-07-01"), listing(900101, "II", "1977-02-04")],
        "distributions": [
            {"iso_code2": "IN", "tags": []},
            {"iso_code2": "IR", "tags": ["extinct"]},
        ],
    } | changes


FAMILY: dict[str, object] = {
    "id": 900101,
    "full_name": "Felidae",
    "rank": "FAMILY",
    "name_status": "A",
    "active": True,
    "cites_listing": "I/II",
    "higher_taxa": {
        "kingdom": "Animalia",
        "phylum": "Chordata",
        "class": "Mammalia",
        "order": "Carnivora",
    },
    "synonyms": [],
    "cites_listings": [listing(900101, "II", "1977-02-04")],
}
SYNONYM: dict[str, object] = {
    "id": 900901,
    "full_name": "Felis tigris",
    "rank": "SPECIES",
    "name_status": "S",
    "active": True,
    "accepted_names": [{"id": 900001, "full_name": "Panthera tigris"}],
}
