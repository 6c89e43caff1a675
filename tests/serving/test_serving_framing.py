"""HTTP framing: usual forms of a request are taken, ambiguous ones (request smuggling) refused."""

import hashlib
import re
import socket

import pytest

from tests.serving.mirror_site import MAX_BODY_BYTES
from tests.serving.wire import ask, connect, hear, post, say
from tests.waiting import until

pytestmark = pytest.mark.slow

POST = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\n"
ABC = hashlib.sha256(b"abc").hexdigest()
WHOLE = POST + b"Content-Length: 3\r\n\r\nabc"
LAST = POST + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc"

TAKEN = {
    "content length": WHOLE,
    "chunked": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;note=x\r\nbc\r\n0\r\n\r\n",
    "chunked with a trailer": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"
    ),
    "coding in capitals": POST + b"TRANSFER-ENCODING: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "absolute form": (
        b"POST http://gateway/epix/v1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc"
    ),
    "empty line before": b"\r\n" + WHOLE,
    "HTTP/1.0": b"POST /epix/v1 HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
    "offer to upgrade": (
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc"
    ),
    "Latin-1 in a value": POST + b"User-Agent: Cit\xe9s\r\nContent-Length: 3\r\n\r\nabc",
}

REFUSED = {
    "length twice, the same": (400, POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
    "length twice, different": (400, POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    "list of lengths": (400, POST + b"Content-Length: 3, 3\r\n\r\nabc"),
    "signed length": (400, POST + b"Content-Length: +3\r\n\r\nabc"),
    "negative length": (400, POST + b"Content-Length: -3\r\n\r\nabc"),
    "length in hexadecimal": (400, POST + b"Content-Length: 0x3\r\n\r\nabc"),
    "length and coding": (
        400,
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ),
    "coding and length": (
        400,
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ),
    "coding twice": (
        400,
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "coding of another kind": (
        501,
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ),
    "unknown coding": (501, POST + b"Transfer-Encoding: xchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
    "coding in HTTP/1.0": (
        400,
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ),
    "chunk size that is none": (
        400,
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    ),
    "chunk longer than said": (
        400,
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    ),
    "chunk lines without CR": (400, POST + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n"),
    "chunk size past 64 bits": (
        400,
        POST + b"Transfer-Encoding: chunked\r\n\r\n1" + b"0" * 16 + b"\r\nabc",
    ),
    "folded field": (400, POST + b"X-A: b\r\n c\r\nContent-Length: 3\r\n\r\nabc"),
    "space before the colon": (400, POST + b"Content-Length : 3\r\n\r\nabc"),
    "NUL in a value": (400, POST + b"X-A: a\0b\r\nContent-Length: 3\r\n\r\nabc"),
    "CR in a value": (400, POST + b"X-A: a\rb\r\nContent-Length: 3\r\n\r\nabc"),
    "byte above ASCII in a name": (400, POST + b"X-\xe9: a\r\nContent-Length: 3\r\n\r\nabc"),
    "empty name": (400, POST + b": a\r\nContent-Length: 3\r\n\r\nabc"),
    "lines without CR": (400, b"POST /epix/v1 HTTP/1.1\nHost: gateway\nContent-Length: 3\n\nabc"),
    "no Host in HTTP/1.1": (400, b"POST /epix/v1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
    "two Hosts": (400, POST + b"Host: other\r\nContent-Length: 3\r\n\r\nabc"),
    "Host that is none": (
        400,
        b"POST /epix/v1 HTTP/1.1\r\nHost: a b/c\r\nContent-Length: 3\r\n\r\nabc",
    ),
    "HTTP/2 in words": (
        505,
        b"POST /epix/v1 HTTP/2.0\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc",
    ),
    "no HTTP at all": (400, b"\x16\x03\x01\x02\x00hello\r\n\r\n"),
    "CONNECT": (400, b"CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n"),
    "head too large": (431, POST + b"X-A: " + b"a" * 20_000 + b"\r\nContent-Length: 3\r\n\r\nabc"),
    "head without end": (431, POST + b"X-A: " + b"a" * 3_000_000),
    "too many fields": (431, POST + b"".join(b"X-%d: a\r\n" % n for n in range(101)) + b"\r\n"),
    "address too long": (414, b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: gateway\r\n\r\n"),
    "trailer without end": (
        431,
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-A: " + b"a" * 3_000_000,
    ),
    "broken escape in the path": (
        400,
        POST.replace(b"v1", b"%zz") + b"Content-Length: 3\r\n\r\nabc",
    ),
    "path that is not UTF-8": (400, POST.replace(b"v1", b"%ff") + b"Content-Length: 3\r\n\r\nabc"),
    "NUL in the path": (400, POST.replace(b"v1", b"%00") + b"Content-Length: 3\r\n\r\nabc"),
}


@pytest.mark.parametrize("sent", TAKEN.values(), ids=TAKEN.keys())
def test_a_request_in_a_usual_form_is_taken(server: str, sent: bytes) -> None:
    with connect(server) as line:
        reply = ask(line, sent)
    assert (reply.status, reply.received["path"], reply.received["sha256"]) == (
        200,
        "/epix/v1",
        ABC,
    )


@pytest.mark.parametrize(("status", "sent"), REFUSED.values(), ids=REFUSED.keys())
def test_an_ambiguous_or_endless_request_is_refused_and_the_connection_closed(
    server: str, status: int, sent: bytes
) -> None:
    heard = say(server, sent)
    assert (heard.statuses, heard.closed) == ([status], True)
    assert not re.search(rb"hello|other|Traceback|uvicorn|python", heard.replies[0].body)


def test_a_refused_request_never_reaches_the_site(start, tmp_path) -> None:
    with start(environment={"SEEN_FILE": str(tmp_path / "seen")}) as watched:
        for _, sent in REFUSED.values():
            say(watched.address, sent)
        say(watched.address, POST + b"Content-Length: 9\r\n\r\nabc", half_close=True)
        post(watched.address, "/last")
    assert (tmp_path / "seen").read_text() == "POST /last\n"


def test_a_body_shorter_than_announced_is_refused(server: str) -> None:
    heard = say(server, POST + b"Content-Length: 9\r\n\r\nabc", half_close=True)
    assert (heard.statuses, heard.closed) == ([400], True)


def test_a_sender_that_closes_its_half_after_the_request_still_gets_the_answer(
    start, tmp_path
) -> None:
    seen, release = tmp_path / "seen", tmp_path / "release"
    environment = {"SEEN_FILE": str(seen), "RELEASE_FILE": str(release)}
    with start(environment, threads=1) as server, connect(server.address) as line:
        line.sendall(WHOLE.replace(b"/epix/v1", b"/held"))
        until(seen.exists)
        line.shutdown(socket.SHUT_WR)
        release.touch()
        heard = hear(line)
    assert (heard.statuses, heard.closed) == ([200], True)


def test_a_body_over_the_limit_reaches_the_site_with_one_byte_too_many(server: str) -> None:
    reply = post(server, body=b"x" * (MAX_BODY_BYTES + 500_000))
    assert (reply.status, reply.received["length"]) == (413, MAX_BODY_BYTES + 1)


def test_a_body_of_exactly_the_limit_is_whole(server: str) -> None:
    reply = post(server, body=b"x" * MAX_BODY_BYTES)
    assert (reply.status, reply.received["length"]) == (200, MAX_BODY_BYTES)


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(server: str) -> None:
    with connect(server) as line:
        assert ask(line, POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n").status == 100
        assert ask(line, b"abc").received["sha256"] == ABC


def test_a_connection_serves_many_requests(server: str) -> None:
    with connect(server) as line:
        for number in range(20):
            assert (
                ask(line, WHOLE.replace(b"v1", b"%d" % number)).received["path"]
                == f"/epix/{number}"
            )


def test_pipelined_requests_are_answered_once_each_and_in_order(server: str) -> None:
    several = b"".join(WHOLE.replace(b"v1", b"%d" % number) for number in range(50))
    heard = say(server, several + LAST)
    assert [reply.received["path"] for reply in heard.replies] == [
        *(f"/epix/{number}" for number in range(50)),
        "/epix/v1",
    ]


def test_a_malformed_request_in_a_pipeline_waits_its_turn(server: str) -> None:
    for faulty in (
        POST + b"Content-Length: x\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ):
        heard = say(server, WHOLE + WHOLE + faulty + WHOLE)
        assert (heard.statuses, heard.closed) == ([200, 200, 400], True)


def test_an_old_client_gets_its_answer_and_the_end_of_the_connection(server: str) -> None:
    heard = say(server, TAKEN["HTTP/1.0"])
    assert (heard.statuses, heard.closed) == ([200], True)


def test_header_names_are_lower_case_and_repeated_ones_joined(server: str) -> None:
    received = post(
        server, headers=(("SOAPAction", '"urn:x"'), ("aCCept", "a"), ("Accept", "b"))
    ).received
    assert (received["headers"]["soapaction"], received["headers"]["accept"]) == ('"urn:x"', "a, b")


def test_a_trailer_never_counts_as_a_header(server: str) -> None:
    sent = POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nSOAPAction: forged\r\n\r\n"
    with connect(server) as line:
        reply = ask(line, sent)
    assert "soapaction" not in reply.received["headers"]


def test_path_and_query_are_told_apart_and_the_path_decoded(server: str) -> None:
    received = post(server, "/epix%2Fv1/caf%C3%A9?wsdl&a=%41").received
    assert (received["path"], received["query"]) == ("/epix/v1/café", "wsdl&a=%41")


def test_an_answer_carries_a_date_and_no_name_of_the_server(server: str) -> None:
    for sent in (LAST, REFUSED["no Host in HTTP/1.1"][1]):
        (reply,) = say(server, sent).replies
        assert "date" in reply.headers
        assert "server" not in reply.headers


def test_an_answer_to_HEAD_has_no_body(server: str) -> None:
    with connect(server) as line:
        line.sendall(b"HEAD /permit HTTP/1.1\r\nHost: gateway\r\n\r\n")
        answer = line.recv(65536)
    assert b"content-length: 17017" in answer
    assert answer.endswith(b"\r\n\r\n")
