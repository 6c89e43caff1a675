"""Faulty services: our own answers, each changed in one way; exactly the cases about it fail."""

import re
from dataclasses import replace

import pytest

from gateway.conformance.case import CaseResult, Outcome
from gateway.conformance.exchange import Received, Sent
from tests.conformance.conftest import Change, Wire, a_plan, repeated
from tests.long_haul import thinned


def is_fault(received: Received) -> bool:
    return received.status == 500


def in_faults(old: bytes, new: bytes) -> Change:
    def change(_: Sent, received: Received) -> Received:
        body = received.body.replace(old, new)
        return replace(received, body=body) if is_fault(received) else received

    return change


def in_answers(old: bytes, new: bytes) -> Change:
    def change(_: Sent, received: Received) -> Received:
        body = received.body.replace(old, new)
        return received if is_fault(received) else replace(received, body=body)

    return change


def faults_at_200(_: Sent, received: Received) -> Received:
    return replace(received, status=200) if is_fault(received) else received


def no_wsdl(sent: Sent, received: Received) -> Received:
    if sent.method != "GET":
        return received
    return Received(404, "text/html", b"<p>Nothing here", 0.01)


def wsdl_without_confirmation(sent: Sent, received: Received) -> Received:
    body = received.body.replace(b'operation name="ConfirmQuantities"', b'operation name="Confirm"')
    return replace(received, body=body) if sent.method == "GET" else received


def echo_of_the_token(sent: Sent, received: Received) -> Received:
    token = re.search(rb"<TokenId>([^<]*)</TokenId>", sent.body)
    if not is_fault(received) or token is None:
        return received
    body = received.body.replace(b"<fault:Incident>", b"<fault:Incident>" + token[1] + b" ")
    return replace(received, body=body)


def other_words_for_a_wrong_token(sent: Sent, received: Received) -> Received:
    if b"NOT-THE-TOKEN" not in sent.body or b"XX99EX" in sent.body:
        return received
    return replace(received, body=received.body.replace(b"No permit or", b"No"))


def slow_refusal_of_a_known_number(sent: Sent, received: Received) -> Received:
    is_known = b"XX99EX" not in sent.body and is_fault(received)
    return replace(received, seconds=0.9) if is_known else received


def slow(_: Sent, received: Received) -> Received:
    return replace(received, seconds=6.0)


BLAMING = {
    f"{each}c"
    for each in "P12 P15 T01 T02 T14 X01 X03 X04 X06 X09 X12 C03 C04 C07".split()  # noqa: SIM905
}
"""Cases of whose fault a refusal is."""

FAULTY: dict[str, tuple[Change, set[str]]] = {
    "faults at 200": (faults_at_200, {"F01", "F05"}),
    "no WSDL": (no_wsdl, {"W01"}),
    "WSDL lacks an operation": (wsdl_without_confirmation, {"W02"}),
    "empty date": (
        in_answers(b"<ram:EndDateTime>", b"<ram:StartDateTime/><ram:EndDateTime>"),
        {"P05", "P06"},  # the seal does not fit any more
    ),
    "another permit": (
        in_answers(b"<ram:ID>MZ26EX000001<", b"<ram:ID>MZ26EX000099<"),
        {"P02", "P06", "X14"},
    ),
    "element in a namespace": (
        in_answers(
            b"<Composite>false</Composite>", b'<q:Composite xmlns:q="urn:q">0</q:Composite>'
        ),
        {"P03", "P04", "P05", "P18"},
    ),
    "element out of its place": (
        in_answers(b"<Composite>false</Composite>", b"<Composite>no</Composite>"),
        {"P04", "P05", "P18"},
    ),
    "box 14 lost": (in_answers(b"UnitQuantity", b"UnitQuality"), {"P11", "C17"}),
    "digits lost": (in_answers(b">12.5</ram:UnitQ", b">12</ram:UnitQ"), {"C17"}),
    "confirmation without its number": (in_answers(b"ConfirmationId", b"Identity"), {"C12"}),
    "faults without detail": (in_faults(b"fault:Fault", b"fault:Problem"), {"F02"}),
    "faults of the service": (
        in_faults(b"soap:Client", b"soap:Server"),
        BLAMING,
    ),
    "stack trace": (
        in_faults(b"</fault:Text>", b" at org.Epix.find(Epix.java:41)</fault:Text>"),
        {"X13", "F04"},
    ),
    "token comes back": (echo_of_the_token, {"T05"}),
    "two kinds of refusal": (other_words_for_a_wrong_token, {"T03"}),
    "two times of refusal": (slow_refusal_of_a_known_number, {"T04"}),
    "slow": (slow, {"P07"}),
    "later for ever": (in_faults(b">later<", b">never<"), {"P13"}),
    "wrong wrapper": (
        in_answers(b"ServiceStateResponse", b"ServiceStateResult"),
        {"S01", "S02", "S03"},
    ),
    "own word of a state": (in_answers(b"State>OK<", b"State>FINE<"), {"S03"}),
    "media type of a page": (
        lambda _, it: it if is_fault(it) else replace(it, content_type="text/html"),
        {"S01", "P01", "M01", "M17"},
    ),
}


SHORT = (
    *("no WSDL", "empty date", "another permit", "box 14 lost", "confirmation without its number"),
    *("faults at 200", "token comes back", "own word of a state"),
)
"""At least one of each: description, values, permits, confirmations, faults, secrets, states."""


@pytest.mark.slow
@pytest.mark.parametrize("name", thinned(FAULTY, SHORT))
def test_exactly_the_cases_about_a_fault_fail(
    name: str, own_results: list[CaseResult], own_wires: tuple[Wire, Wire]
) -> None:
    del own_results  # the run was made
    change, expected = FAULTY[name]
    results = a_plan(repeated(own_wires[0].exchanges, change)).results()
    assert {each.case.id for each in results if each.outcome is Outcome.FAILED} == expected
