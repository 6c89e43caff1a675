"""Answers are input too: an answer that breaks the contract is refused and has no effect."""

import gzip
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.errors import GatewayError, PartnerReplyInvalid, PartnerUnreachable
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.partners.answers import read_certificate
from gateway.partners.faults import Failure, PartnerRefusal
from gateway.partners.transport import RawAnswer
from tests.long_haul import repetitions
from tests.partners.partner_cases import NUMBER, TOKEN, envelope
from tests.partners.partner_server import Answer, says, writes

pytestmark = pytest.mark.slow

PERMIT = envelope("partner_v2_permit.xml")


def refusal(
    asking: Callable, answer: Answer | str, error: type[GatewayError] = PartnerReplyInvalid
) -> str:
    """The sentence about an answer, without any inside, after four seconds of work at most."""
    client, _ = asking(answer)
    began = time.process_time()  # of both sides; a busy machine does not add to it
    with pytest.raises(error) as refused:
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    assert time.process_time() - began < 4
    text = refused.value.text
    assert text.startswith("Partner za-dffe (ZA) ")
    assert text.endswith(".")
    for inside in (
        "lxml",
        "Error",
        "0x",
        "gateway.",
        "127.0.0.1",
        TOKEN.text,
        "Traceback",
        ".py",
        "<",
    ):
        assert inside not in text
    return text


@pytest.mark.parametrize(
    ("answer", "says_why"),
    [
        pytest.param("partner_not_xml.txt", "is not an XML message", id="text"),
        pytest.param(
            "partner_not_wellformed.xml", "is not an XML message", id="tags that do not match"
        ),
        pytest.param(says(PERMIT[:-200]), "is not an XML message", id="cut but announced as whole"),
        pytest.param(says(PERMIT + PERMIT), "is not an XML message", id="two messages"),
        pytest.param(says(b"\x00" * 5000), "is not an XML message", id="zeros"),
        pytest.param(says(b""), "answered with nothing", id="nothing"),
        pytest.param(says(b"", 204), "answered with nothing", id="no content"),
        pytest.param(says(b"", 500), "answered with nothing (HTTP 500)", id="nothing and an error"),
        pytest.param(
            "partner_error_page_wellformed.html", "not a SOAP message", id="well-formed page"
        ),
        pytest.param(
            says(envelope("partner_error_page_wellformed.html"), 403, "text/html"),
            "not a SOAP message (HTTP 403)",
            id="page and status",
        ),
        pytest.param("partner_foreign_envelope.xml", "not a SOAP message", id="foreign envelope"),
        pytest.param("partner_two_bodies.xml", "exactly one Body", id="two bodies"),
        pytest.param("partner_two_permits.xml", "more than one permit", id="two permits"),
        pytest.param("partner_nested_permits.xml", "more than one permit", id="permit in a permit"),
        pytest.param("partner_no_permit.xml", "without a permit", id="no permit"),
        pytest.param("partner_permit_in_header.xml", "without a permit", id="permit in the header"),
        pytest.param("partner_state.xml", "without a permit", id="answer to another question"),
        pytest.param(
            "partner_mandatory_header.xml",
            "demands that a header be understood",
            id="mandatory header",
        ),
        pytest.param(says(PERMIT, 500), "no Fault that would explain it", id="permit and an error"),
        pytest.param("partner_doctype.xml", "DOCTYPE", id="DOCTYPE"),
        pytest.param("partner_external_entity.xml", "DOCTYPE", id="external entity"),
        pytest.param("partner_billion_laughs.xml", "is not an XML message", id="billion laughs"),
        pytest.param(
            says(
                envelope("partner_doctype.xml").decode().replace("UTF-8", "UTF-16").encode("utf-16")
            ),
            "DOCTYPE",
            id="DOCTYPE in UTF-16",
        ),
        pytest.param(says(gzip.compress(PERMIT), Content_Encoding="gzip"), "compressed", id="gzip"),
        pytest.param(says(PERMIT, Content_Encoding="gzip"), "compressed", id="said to be gzip"),
        pytest.param(says(PERMIT, Content_Encoding="identity, br"), "compressed", id="two codings"),
        pytest.param(
            says(PERMIT.decode().replace("UTF-8", "UTF-7").encode("utf-7")), "answered", id="UTF-7"
        ),
        pytest.param(
            says(PERMIT.replace(b"UTF-8", b"EBCDIC-CP-US")), "answered", id="EBCDIC declared"
        ),
        pytest.param(says(PERMIT.replace(b"UTF-8", b"zip")), "answered", id="no encoding at all"),
        pytest.param(
            says(PERMIT[39:], content_type="text/xml; charset=utf-7"),
            "encoding",
            id="charset UTF-7",
        ),
        pytest.param(
            says(PERMIT[39:], content_type="text/xml; charset=zip"),
            "encoding",
            id="charset unknown",
        ),
        pytest.param(
            says(PERMIT.replace(b"photo", b"ph\xe9to")), "is not an XML message", id="not UTF-8"
        ),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(
    asking: Callable, answer: Answer | str, says_why: str
) -> None:
    assert says_why in refusal(asking, answer)


@pytest.mark.parametrize("name", ["partner_laughs_in_attribute.xml", "partner_error_page.html"])
def test_entities_in_attributes_are_never_expanded_to_size(asking: Callable, name: str) -> None:
    tracemalloc.start()
    try:
        refusal(asking, name)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_proxys_error_page_means_that_nobody_is_there_at_the_moment(
    asking: Callable, status: int
) -> None:
    answer = says(envelope("partner_error_page.html"), status, "text/html")
    assert f"not available at the moment (HTTP {status})" in refusal(
        asking, answer, PartnerUnreachable
    )


@pytest.mark.parametrize("operation", ["confirm", "state"])
def test_a_page_is_never_taken_for_success(asking: Callable, operation: str) -> None:
    client, _ = asking(
        says(envelope("partner_error_page_wellformed.html"), content_type="text/html")
    )
    with pytest.raises(PartnerReplyInvalid):
        (
            client.state()
            if operation == "state"
            else client.confirm(NUMBER, TOKEN, [SeenQuantity("A", "5")])
        )


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(b"<a>" * 101 + b"</a>" * 101, id="deep"),
        pytest.param(b"<a>" * 200_000 + b"</a>" * 200_000, id="very deep"),
        pytest.param(b"<a/>" * 200_001, id="broad"),
        pytest.param(
            b"<a " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>", id="many attributes"
        ),
    ],
)
def test_depth_and_breadth_are_bounded(asking: Callable, inner: bytes) -> None:
    refusal(asking, says(PERMIT.replace(b"<Composite>", inner + b"<Composite>")))


def test_no_redirect_is_followed(asking: Callable, partner: Callable) -> None:
    elsewhere = partner(says(PERMIT))
    for status in (301, 302, 303, 307, 308):
        text = refusal(asking, says(b"", status, Location=elsewhere.address))
        assert f"redirect (HTTP {status})" in text
    assert elsewhere.asked == []


def test_no_cookie_is_kept(asking: Callable) -> None:
    client, partner = asking(says(envelope("partner_state.xml"), Set_Cookie="session=1; Path=/"))
    client.state()
    client.state()
    assert [asked.headers.get("Cookie") for asked in partner.asked] == [None, None]


def test_proxies_of_the_environment_are_not_asked(
    asking: Callable, partner: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = partner(says(PERMIT))
    for name in (
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    client, there = asking("partner_state.xml")
    client.state()
    assert (len(there.asked), proxy.asked) == (1, [])


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_over_the_limit_is_cut_off(
    asking: Callable, journal: object, chunked: bool
) -> None:
    sent = 0

    def answer(handler) -> None:  # type: ignore[no-untyped-def]
        nonlocal sent
        handler.send_response(200)
        handler.send_header(
            *(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(10**12)))
        )
        handler.end_headers()
        while sent < 300_000_000:
            piece = b"x" * 100_000
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            sent += len(piece)

    client, _ = asking(answer, max_reply_bytes=200_000)
    with pytest.raises(PartnerReplyInvalid) as refused:
        client.state()
    assert "more than 200000 bytes, the limit of ours (max_reply_bytes" in refused.value.text
    assert len(journal.only.answer) == 200_000  # type: ignore[attr-defined]
    assert sent < 100_000_000


def test_an_answer_exactly_at_the_limit_is_read(asking: Callable) -> None:
    client, _ = asking("partner_v2_permit.xml", max_reply_bytes=len(PERMIT))
    assert client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN).version == "v2"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


@pytest.mark.parametrize(
    ("answer", "says_why"),
    [
        pytest.param(
            writes(HEAD + b"Content-Length: 9999\r\n\r\n" + PERMIT),
            "broke off",
            id="shorter than announced",
        ),
        pytest.param(
            writes(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n<a>"),
            "broke off",
            id="in a chunk",
        ),
        pytest.param(
            writes(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<a>"),
            "broke off",
            id="no chunk size",
        ),
        pytest.param(writes(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "is not HTTP", id="not HTTP"),
        pytest.param(
            writes(HEAD + b"X-A: 1\r\n" * 200 + b"\r\n"), "is not HTTP", id="many headers"
        ),
        pytest.param(
            writes(HEAD + b"X-A: " + b"1" * 100_000 + b"\r\n\r\n"),
            "is not HTTP",
            id="a long header",
        ),
        pytest.param(
            writes(HEAD + b"\r\n" + PERMIT[:-30]), "is not an XML message", id="until closed, cut"
        ),
    ],
)
def test_http_that_is_not_whole_is_refused(asking: Callable, answer: Answer, says_why: str) -> None:
    assert says_why in refusal(asking, answer)


def read(body: bytes, content_type: str) -> None:
    """Either an answer or one of the room's own failures; anything else is a defect."""
    with suppress(Failure, PartnerRefusal):
        read_certificate(RawAnswer(200, content_type, "", bytearray(body)))


fuzz = settings(
    max_examples=repetitions(short=150, long=500, endurance=1_500),
    suppress_health_check=list(HealthCheck),
    database=None,
)


@fuzz
@given(st.binary(max_size=400), st.text(max_size=60))
def test_no_bytes_and_no_media_type_break_the_reader(body: bytes, content_type: str) -> None:
    read(body, content_type.encode("latin-1", "replace").decode("latin-1"))


@fuzz
@given(st.data())
def test_no_damage_to_a_package_breaks_the_reader(data: st.DataObject) -> None:
    whole = bytearray(
        b"\r\n--parts\r\nContent-Type: text/xml\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding:"
        b" 8bit\r\n\r\n"
        + envelope("partner_mtom.xml")
        + b"\r\n--parts\r\nContent-ID: <photo@za.example>\r\nContent-Transfer-Encoding:"
        b" base64\r\n\r\n/9j/" + b"\r\n--parts--\r\n"
    )
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10))
    read(bytes(whole), 'multipart/related; boundary="parts"; start="<a@b>"')
