"""Heads of HTTP responses are bounded, whatever they are made of; bodies are not counted."""

import http.client
import io
import socket
from typing import cast

import pytest

from gateway.wire.http_lines import HttpLines

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class Arriving:
    """Bytes of a server, as http.client reads them from a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> io.BufferedReader:
        return HttpLines(cast(io.RawIOBase, io.BytesIO(self._content)))


def body_of(content: bytes) -> bytes:
    response = http.client.HTTPResponse(cast(socket.socket, Arriving(content)), method="POST")
    response.begin()
    pieces = b""
    while piece := response.read1(100):
        pieces += piece
    return pieces


def test_chunks_do_not_count_into_the_head() -> None:
    """Their sizes alone are more than a head may have."""
    assert body_of(HEAD + b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n") == b"x" * 20_000


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 OK\r\n" + (b"X-A: " + b"b" * 1_000 + b"\r\n") * 40,
        b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 33_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000,
        HEAD + b"1;" + b"a" * 33_000 + b"\r\nx\r\n0\r\n\r\n",
        HEAD + b"1\r\nx\r\n0\r\n" + b"X-A: b\r\n" * 5_000 + b"\r\n",
    ],
    ids=["many fields", "long field", "interim answers", "chunk extension", "trailer"],
)
def test_too_many_bytes_of_lines_are_refused(content: bytes) -> None:
    with pytest.raises(http.client.LineTooLong):
        body_of(content)


@pytest.mark.parametrize("byte", [b"\r", b"\0", b"\x0b", b"\x7f"])
def test_control_characters_in_a_head_are_refused(byte: bytes) -> None:
    with pytest.raises(http.client.HTTPException, match="control character"):
        body_of(b"HTTP/1.1 200 OK\r\nX-A: b" + byte + b"c\r\n\r\n")
