"""A visitor of the pages for people: requests to the application itself, with cookies, no socket.

What a browser does stands in test_in_chromium.py; this is for what a browser never sends, too.
"""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

ORIGIN = "http://localhost:8081"
HOST = "localhost:8081"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. headers: names in lower case; cookies: as set by it; content: its bytes."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: dict[str, str]
    content: bytes = b""

    @property
    def words(self) -> str:
        """What a person reads: no tags, one space between words."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


@dataclass
class Visitor:
    """application: ASGI.  address: where the requests come from."""

    application: Any
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def get(self, path: str, query: str = "", **headers: str) -> Answer:
        """Ask for a page; its form token is kept for the next `post`."""
        return self.send("GET", path, b"", query=query, headers=headers)

    def post(self, path: str, fields: dict[str, Any] | None = None, **headers: str) -> Answer:
        """Send a form as a page of ours would."""
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', self.page)
        values = {"form_token": token[1] if token else "", **(fields or {})}
        body = urlencode(values, doseq=True).encode()
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": ORIGIN,
            "sec-fetch-site": "same-origin",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.send("POST", path, body, headers=sent)

    def send(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        query: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send any request. headers: those with an empty value are left out."""
        fields = {"host": HOST, **(headers or {})}
        if self.cookies:
            fields["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = [(name.encode(), value.encode()) for name, value in fields.items() if value]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": sent,
            "client": (self.address, 40_000),
            "server": ("127.0.0.1", 8081),
        }
        # In a thread of its own: Playwright has an event loop in the one of the test.
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(asyncio.run, self._exchanged(scope, body)).result()
        self.cookies |= answer.cookies
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        if 'name="form_token"' in answer.text:
            self.page = answer.text
        return answer

    async def _exchanged(self, scope: dict[str, Any], body: bytes) -> Answer:
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        await self.application(scope, receive, send)
        headers = [(name.decode(), value.decode()) for name, value in messages[0]["headers"]]
        cookies = {}
        for name, value in headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                cookies[key] = rest.partition(";")[0].strip('"')
        content = b"".join(message.get("body", b"") for message in messages[1:])
        text = content.decode(errors="replace")  # a file that is downloaded is no text
        return Answer(messages[0]["status"], dict(headers), text, cookies, content)

    def sign_in(self, name: str, password: str, **fields: str) -> Answer:
        """Open the sign-in page and send it."""
        self.get("/sign-in")
        return self.post("/sign-in", {"name": name, "password": password, **fields})
