"""Comparison of answers: each difference with its path and box; what says the same is the same."""

import pytest

from gateway.bootstrap.recordings.judging import box_of
from gateway.recordings.recording import Message
from gateway.recordings.redaction.redact import VOLATILE
from gateway.recordings.replaying.comparison import MAX_DIFFERENCES, Comparison, Difference
from tests.recordings.exchanges import an_answer

ANSWER = an_answer()
COMPARISON = Comparison(box_of, VOLATILE)
SOAP = b'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'


def differences(first: bytes, second: bytes) -> tuple[Difference, ...]:
    return COMPARISON.differences(Message(first), Message(second))


@pytest.mark.parametrize(
    ("old", "new", "box", "position"),
    [
        (b">MZ26EX000001</ram:ID>", b">MZ26EX000002</ram:ID>", "1", None),
        (b"2026-09-01T00:00:00+02:00", b"2026-09-02T00:00:00+02:00", "2", None),
        (b">Cape Leather Works (Pty) Ltd<", b">Cape Works<", "3", None),
        (b">Joana Macu\xc3\xa1cua<", b">J. Macuacua<", "4", None),
        (b">MZ 0004711<", b">MZ 0004712<", "5b", None),
        (b">Crocodylus niloticus<", b">Crocodylus porosus<", "7", "A"),
        (b">Raw skins, salted<", b">Skins<", "9", "A"),
        (b'unitCode="KGM">12.5<', b'unitCode="KGM">13<', "11", "B"),
        (b'unitCode="KGM">12.5<', b'unitCode="GRM">12.5<', "11", "B"),
    ],
)
def test_a_difference_names_its_box(old: bytes, new: bytes, box: str, position: str | None) -> None:
    assert old in ANSWER
    found = differences(ANSWER, ANSWER.replace(old, new, 1))
    assert [(each.box, each.position) for each in found] == [(box, position)]
    assert found[0].recorded != found[0].received


def test_a_missing_and_an_added_element_are_said() -> None:
    without = ANSWER.replace(b"<Composite>false</Composite>", b"")
    (gone,) = differences(ANSWER, without)
    assert (gone.recorded, gone.received, gone.box) == ("false", None, None)
    (added,) = differences(without, ANSWER)
    assert (added.recorded, added.received) == (None, "false")


@pytest.mark.parametrize(
    "same",
    [
        ANSWER.replace(b"v2:", b"other:").replace(b"xmlns:v2", b"xmlns:other"),
        ANSWER.replace(b"<Composite>", b"\n  <Composite>"),
        ANSWER.replace(b"<Composite>false", b"<Composite><!-- x -->fal<?p?>se"),
        ANSWER.replace(b"<Composite>false", b"<Composite><![CDATA[false]]>"),
        ANSWER.decode().encode("utf-16"),
    ],
    ids=["prefix", "layout", "comment", "CDATA", "encoding"],
)
def test_another_spelling_is_no_difference(same: bytes) -> None:
    assert same != ANSWER
    assert differences(ANSWER, same) == ()


def test_another_namespace_is_one() -> None:
    (found,) = differences(ANSWER, ANSWER.replace(b"CitesDataExchange/v2/", b"other/"))
    assert "urn:other/" in str(found.received)


def test_another_order_is_one() -> None:
    first, second = b"<a><b>1</b><c>2</c></a>", b"<a><c>2</c><b>1</b></a>"
    (found,) = differences(first, second)
    assert (found.path, found.recorded, found.received) == ("a/(order)", "b c", "c b")


def test_volatile_places_are_left_out() -> None:
    def state(time: str, state: str = "OK") -> bytes:
        return (
            b"<s:Envelope %b><s:Body><ServiceStateResponse><State>%b</State><Time>%b</Time>"
            b"</ServiceStateResponse></s:Body></s:Envelope>" % (SOAP, state.encode(), time.encode())
        )

    assert differences(state("2026-01-01T00:00:00Z"), state("2026-01-02T00:00:00Z")) == ()
    (found,) = differences(state("x"), state("y", "DEGRADED"))
    assert found.path == "Envelope/Body/ServiceStateResponse/State"


def test_a_fault_code_is_compared_without_its_prefix() -> None:
    def fault(code: str) -> bytes:
        return b"<s:Envelope %b><s:Body><s:Fault><faultcode>%b</faultcode></s:Fault></s:Body>%b" % (
            *(SOAP, code.encode()),
            b"</s:Envelope>",
        )

    assert differences(fault("s:Client"), fault("SOAP-ENV:Client")) == ()
    assert len(differences(fault("s:Client"), fault("s:Server"))) == 1


def test_what_is_no_xml_is_one_difference() -> None:
    assert differences(b"<html>", b"<html>") == ()
    (found,) = differences(ANSWER, b"<html>")
    assert (found.path, found.received) == ("", "(6 bytes, no XML)")
    (found,) = differences(ANSWER, b"")
    assert found.received == "(no answer)"


def test_differences_are_bounded() -> None:
    many = b"<a>%b</a>" % b"".join(b"<b>%d</b>" % number for number in range(1000))
    assert len(differences(many, many.replace(b"<b>", b"<b>x"))) == MAX_DIFFERENCES
    (long,) = differences(b"<a>x</a>", b"<a>%b</a>" % (b"y" * 10_000))
    assert len(str(long.received)) < 300
