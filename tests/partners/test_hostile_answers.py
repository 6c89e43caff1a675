"""Answers made to make our libraries stumble or toil: an invalid reply, after bounded work."""

import http.client
import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from gateway.domain.errors import GatewayError, PartnerFault, PartnerReplyInvalid
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.partners import client as client_module
from gateway.partners.answers import read_certificate
from gateway.partners.faults import Failure, PartnerRefusal, while_partner_is_read
from gateway.partners.messages import RequestWriter
from gateway.partners.transport import RawAnswer
from tests.long_haul import repetitions
from tests.partners.partner_cases import NUMBER, TOKEN, envelope
from tests.partners.partner_server import Answer, says, writes

pytestmark = pytest.mark.slow

PERMIT = envelope("partner_v2_permit.xml")
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
PART = b"\r\n--b\r\nContent-Type: text/xml\r\nContent-ID: <a@b>\r\n\r\n"


def head(*lines: bytes) -> Answer:
    return writes(HEAD + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + PERMIT)


def nested(levels: int, end: bytes) -> bytes:
    """Parts of a mail within parts, on what http.client takes for one line."""
    return (
        b"junk"
        + end
        + end.join(
            b"--b%d" % level
            + end
            + b"Content-Type: multipart/mixed; boundary=b%d" % (level + 1)
            + end
            for level in range(levels)
        )
    )


def spread(count: int, per_tag: int) -> bytes:
    """So many namespace declarations, nested."""
    tags = count // per_tag
    return (
        b"".join(
            b"<a "
            + b" ".join(
                b'xmlns:p%d="u%d"' % (n, n) for n in range(tag * per_tag, (tag + 1) * per_tag)
            )
            + b">"
            for tag in range(tags)
        )
        + b"</a>" * tags
    )


def within(inner: bytes) -> bytes:
    return PERMIT.replace(b"<Composite>", inner + b"<Composite>")


STUMBLES = [
    pytest.param(lambda: head(b"Content-Type: multipart/related; boundary*=idna''%ff"), id="idna"),
    pytest.param(
        lambda: head(b"Content-Type: multipart/related; boundary*=punycode''%ff%ff"), id="punycode"
    ),
    pytest.param(
        lambda: head(b"Content-Type: multipart/related; boundary*=a\0b''x"), id="NUL charset"
    ),
    pytest.param(
        lambda: head(b"Content-Type: multipart/related; boundary*=%00''x"), id="escaped NUL"
    ),
    pytest.param(
        lambda: head(b"Content-Type: multipart/related; boundary*0*=utf-16''%00"), id="utf-16"
    ),
    pytest.param(lambda: head(b'Content-Type: text/xml; charset="\0"'), id="NUL in the charset"),
    pytest.param(
        lambda: head(b"Content-Type: multipart/mixed; boundary=b0", nested(1_500, b"\r")),
        id="deep MIME",
    ),
    pytest.param(
        lambda: head(b"Content-Type: multipart/mixed; boundary=b0", nested(30, b"\n")),
        id="MIME in lines",
    ),
    pytest.param(
        lambda: head(
            *(b"X-%d: a\rContent-Type: multipart/mixed; boundary=b" % n for n in range(90))
        ),
        id="bare CR",
    ),
    pytest.param(
        lambda: head(
            b"Content-Type: multipart/mixed; boundary=b0",
            nested(450, b"\r"),
            *[b"a\r" * 30_000] * 10,
        ),
        id="long MIME",
    ),
    pytest.param(lambda: says(within(spread(120_000, 120_000))), id="prefixes in a tag"),
    pytest.param(lambda: says(within(spread(120_000, 2_000))), id="prefixes in tags"),
    pytest.param(
        lambda: says(
            PERMIT.replace(b"<soap:Body>", b"<soap:Body " + spread(120_000, 120_000)[3:-4], 1)
        ),
        id="prefixes in force for the permit",
    ),
    pytest.param(
        lambda: says(
            within(spread(40_000, 40_000)).decode().replace("UTF-8", "UTF-16").encode("utf-16")
        ),
        id="prefixes in UTF-16",
    ),
    pytest.param(
        lambda: says(
            b"--b\r\n" + (b"A:" + b" " * 8_000 + b"\x80") + b"\r\n\r\n" + PERMIT + b"\r\n--b--",
            content_type="multipart/related; boundary=b",
        ),
        id="head of a part",
    ),
    pytest.param(
        lambda: says(PART * 150 + b"\r\n--b--", content_type="multipart/related; boundary=b"),
        id="parts",
    ),
]


@pytest.mark.parametrize("answer", STUMBLES)
def test_an_answer_that_libraries_stumble_over_is_an_invalid_reply(
    asking: Callable, answer: Callable[[], Answer]
) -> None:
    client, _ = asking(answer())
    began = time.process_time()
    with pytest.raises(PartnerReplyInvalid) as refused:
        client.confirm(NUMBER, TOKEN, [SeenQuantity("A", "5")])
    assert time.process_time() - began < 4
    with pytest.raises(PartnerReplyInvalid):
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    assert refused.value.text.startswith("Partner za-dffe (ZA) ")


def test_a_long_head_of_unimportant_fields_is_refused(asking: Callable) -> None:
    client, _ = asking(head(*(b"X-%d: " % n + b"a" * 1_000 for n in range(80))))
    with pytest.raises(PartnerReplyInvalid):
        client.state()


def test_an_ordinary_head_is_read_folded_and_in_many_small_chunks(asking: Callable) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in PERMIT)
    client, _ = asking(
        writes(
            HEAD
            + b'Content-Type: text/xml;\r\n\tcharset="utf-8"\r\nServer: caf\xe9\r\n'
            + b"Set-Cookie: a="
            + b"x" * 4_000
            + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunks
            + b"0\r\n\r\n"
        )
    )
    assert client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN).version == "v2"


def test_honest_namespaces_are_read(asking: Callable) -> None:
    """.NET and Axis declare prefixes on every element."""
    noisy = b'<a xmlns="" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:q1="u"/>'
    client, _ = asking(says(within(b"<Extra>" + noisy * 20_000 + b"</Extra>")))
    assert client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN).version == "v2"


def test_a_defect_in_writing_the_request_is_not_called_the_partners(
    asking: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, there = asking("partner_state.xml")

    def broken(*_: object, **__: object) -> None:
        raise TypeError("a defect")

    with monkeypatch.context() as patched:
        patched.setattr(http.client.HTTPConnection, "request", broken)
        with pytest.raises(TypeError):
            client.state()
    monkeypatch.setattr(RequestWriter, "request", broken)
    with pytest.raises(TypeError):
        client.state()
    assert there.asked == []


@pytest.mark.parametrize("error", [ValueError, RecursionError, UnicodeError, KeyError, MemoryError])
def test_any_error_of_a_reader_is_an_invalid_reply_and_its_place_is_logged(
    asking: Callable,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stumble(*_: object) -> None:
        raise error(TOKEN.text)

    client, _ = asking("partner_state.xml")
    monkeypatch.setattr(client_module, "read_state", stumble)
    with pytest.raises(PartnerReplyInvalid):
        client.state()
    assert f"unreadable answer error={error.__name__} at={__name__}:" in caplog.text
    assert TOKEN.text not in caplog.text


def read(answer: RawAnswer) -> None:
    with while_partner_is_read():
        read_certificate(answer)


SHAPES: dict[str, Callable[[int], bytes]] = {
    "elements": lambda n: within(b"<a/>" * n),
    "declarations": lambda n: within(b'<a xmlns:p="u"/>' * n),
    "nested declarations": lambda n: within(
        b"<b>" + b"".join(spread(2_000, 40) for _ in range(n // 2_000)) + b"</b>"
    ),
    "prefixes in use": lambda n: within(
        spread(2_000, 40).replace(b"</a>", b"<p7:b/>" * n + b"</a>", 1)
    ),
    "attributes": lambda n: within(
        b"<a " + b" ".join(b'a%d=""' % place for place in range(n)) + b"/>"
    ),
    "text": lambda n: within(b"x" * 10 * n),
    "comments": lambda n: within(b"<!---->" * n),
}


@pytest.mark.long_haul  # the short form damages answers
@pytest.mark.parametrize("shape", SHAPES)
def test_reading_an_answer_grows_no_faster_than_its_size(shape: str) -> None:
    def seconds(count: int) -> float:
        body = bytearray(SHAPES[shape](count))
        began = time.process_time()
        with suppress(Failure):
            read(RawAnswer(200, "text/xml", "", body))
        return time.process_time() - began

    seconds(2_000)  # imports and caches
    small, large = min(seconds(20_000) for _ in range(3)), seconds(160_000)
    assert large < max(8 * 3 * small, 2.0)  # a busy machine; quadratic cost is 15 and more


@pytest.mark.parametrize("name", ["partner_v2_permit.xml", "partner_mtom.xml", "partner_state.xml"])
def test_a_mutated_answer_is_read_or_an_invalid_reply(name: str) -> None:
    """Bytes, lengths, and pieces of the hostile heads at any place, from a fixed seed."""
    dice = random.Random(name)
    whole = PART.lstrip() + envelope(name) + b"\r\n--b--\r\n"
    pieces = [b"\0", b"\r", b"<", b">", b"&#0;", b"\xff", b"<!DOCTYPE a>", b"xmlns:a='b' ", b"--b"]
    kinds = ["text/xml", "multipart/related; boundary=b", 'multipart/related; boundary*=a"; b=b']
    for _ in range(repetitions(short=100, long=10_000, endurance=30_000)):
        body = bytearray(whole if dice.random() < 0.5 else envelope(name))
        for _ in range(dice.randint(1, 5)):
            place = dice.randrange(len(body) + 1)
            body[place : place + dice.choice((0, 1, 30))] = dice.choice(pieces) * dice.choice(
                (1, 9)
            )
        try:
            read(RawAnswer(dice.choice((200, 500)), dice.choice(kinds), "", body))
        except (Failure, PartnerRefusal) as refused:
            assert not str(refused).startswith("answered with something that cannot be read")


@pytest.mark.parametrize("seed", range(3))
def test_a_mutated_http_answer_is_read_or_told_in_the_words_of_the_error_tree(
    asking: Callable, seed: int
) -> None:
    dice = random.Random(seed)
    whole = (
        HEAD + b"Content-Type: multipart/related; boundary=b\r\n\r\n" + PART + PERMIT + b"\r\n--b--"
    )
    pieces = [
        b"\0",
        b"\r",
        b"\n",
        b":",
        b";",
        b"*=",
        b"''",
        b"\xff",
        b"boundary*=a''%00",
        b"9" * 20,
    ]

    def answer(handler: object) -> None:
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(130)
            damaged[place : place + dice.choice((0, 1, 20))] = dice.choice(pieces)
        writes(bytes(damaged))(handler)  # type: ignore[arg-type]

    client, _ = asking(answer)
    for _ in range(repetitions(short=40, long=1_000)):
        try:
            client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
        except GatewayError as error:
            assert not isinstance(error, PartnerFault)
