"""curl at a sandbox: messages in requests/ are sent, answers are read."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from tests.interop.sandbox import (
    Sandbox,
)

REQUESTS = Path(__file__).parent / "requests"
ENVELOPES = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
MEDIA_TYPES = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to curl. content: the one element in the Body."""

    status: int
    media_type: str
    content: etree._Element


@dataclass(frozen=True, slots=True)
class Curl:
    """curl at the endpoints of one sandbox."""

    command: str
    sandbox: Sandbox
    folder: Path

    def post(self, message: str, version: str, soap: str, *more: str) -> Reply:
        """Send a message. more: further options of curl."""
        file = self.folder / "message.xml"
        file.write_text(message, encoding="utf-8")
        options = [
            "--silent",
            "--show-error",
            "--max-time",
            "30",
            "--write-out",
            r"\n%{http_code} %{content_type}",
        ]
        media = ["--header", f"Content-Type: {MEDIA_TYPES[soap]}"]
        body, _, told = self._run(
            *options, *media, *more, "--data-binary", f"@{file}", self.sandbox.endpoint(version)
        ).rpartition("\n")
        status, _, media_type = told.partition(" ")
        return Reply(int(status), media_type, content_of(body.encode(), soap))

    def get(self, path: str) -> str:
        """A page."""
        return self._run("--silent", "--show-error", "--fail", self.sandbox.address + path)

    def _run(self, *options: str) -> str:
        return subprocess.run(
            [self.command, *options], capture_output=True, text=True, check=True, timeout=60
        ).stdout


def content_of(body: bytes, soap: str) -> etree._Element:
    root = etree.fromstring(body)
    assert root.tag == f"{{{ENVELOPES[soap]}}}Envelope"
    (content,) = root[-1]  # SOAP 1.2 tells in a Header which versions or blocks are meant
    return content


def request(operation: str, version: str, soap: str) -> str:
    """A message in requests/, for one contract version in one version of SOAP."""
    message = (REQUESTS / f"{operation}.xml").read_text(encoding="utf-8")
    return message.replace("Exchange/v2/", f"Exchange/{version}/").replace(
        ENVELOPES["1.1"], ENVELOPES[soap]
    )


def about(permit: dict[str, str]) -> Callable[[str], str]:
    """Makes a message about another permit."""

    def changed(message: str) -> str:
        for name in ("CertificateNumber", "TokenId"):
            element = f"<{name}>{permit[name]}</{name}>" if name in permit else ""
            message = re.sub(f"<{name}>[^<]*</{name}>", element, message)
        return message

    return changed


def saying(old: str, new: str) -> Callable[[str], str]:
    """Makes a message with one thing said otherwise."""

    def changed(message: str) -> str:
        assert old in message
        return message.replace(old, new, 1)

    return changed
