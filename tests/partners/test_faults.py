"""A partner's Fault is found in any answer, and worded by us (wire contract, section 11.1)."""

from collections.abc import Callable

import pytest

from gateway.domain.errors import (
    PartnerFailed,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
)
from gateway.domain.partner import OperationName
from gateway.partners import faults
from tests.partners.partner_cases import NUMBER, TOKEN, envelope
from tests.partners.partner_server import says


def fault(asking: Callable, name: str, status: int, content_type: str) -> PartnerFault:
    client, _ = asking(says(envelope(name), status, content_type))
    with pytest.raises(PartnerFault) as refused:
        client.certificate(OperationName.GET_FINAL, NUMBER, TOKEN)
    return refused.value


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("partner_fault_hub.xml", "AdapterNotAvailable", "AdapterNotAvailable"),
        ("partner_fault_prefixed.xml", "Client", "XML structure is not valid. ID must be a token"),
        ("partner_fault_soap12.xml", "CertificateNotFinal", "CertificateNotFinal"),
        (
            "partner_fault_detail.xml",
            "QuantityExceeded",
            "Only 3 of the 5 NAR in box 11 remain for this line.",
        ),
        ("partner_fault_empty.xml", "Fault", ""),
    ],
)
@pytest.mark.parametrize(
    ("status", "content_type"),
    [
        (500, "text/xml; charset=utf-8"),
        (200, "application/xml"),
        (400, "application/soap+xml"),
        (200, "text/html"),
        (503, "text/xml"),
    ],
)
def test_a_fault_is_found_at_every_status_and_media_type(
    asking: Callable, name: str, code: str, text: str, status: int, content_type: str
) -> None:
    refused = fault(asking, name, status, content_type)
    assert (refused.partner_code, refused.partner_text) == (code, text)


def test_the_partners_words_are_not_repeated_to_a_person_but_for_its_incident_number(
    asking: Callable,
) -> None:
    refused = fault(asking, "partner_fault_detail.xml", 500, "text/xml")
    assert refused.text == (
        "Partner za-dffe (ZA) refused the request. A quantity is more than box 11 still allows. Its"
        " incident number: 0198-78."
    )
    assert refused.partner_incident == "0198-78"


@pytest.mark.parametrize("number", ["call 0800", "0198-78&#10;", "x" * 8, "1" * 37, ""])
def test_words_in_place_of_an_incident_number_are_not_repeated(
    asking: Callable, number: str
) -> None:
    answer = envelope("partner_fault_detail.xml").replace(b"0198-78", number.encode())
    client, _ = asking(says(answer, 500))
    with pytest.raises(PartnerFault) as refused:
        client.state()
    if number.startswith("0198"):  # white space around it is collapsed
        assert refused.value.partner_incident == "0198-78"
    else:
        assert refused.value.partner_incident is None
        assert "incident" not in refused.value.text


def test_a_fault_with_words_of_its_own_points_to_the_journal(asking: Callable) -> None:
    refused = fault(asking, "partner_fault_prefixed.xml", 500, "text/xml")
    assert (
        refused.text
        == "Partner za-dffe (ZA) refused the request. Its own words are in the journal."
    )


def test_a_fault_refuses_every_operation(asking: Callable) -> None:
    client, _ = asking(says(envelope("partner_fault_hub.xml"), 500))
    with pytest.raises(PartnerFault):
        client.state()


def test_what_the_partner_writes_is_bounded(asking: Callable) -> None:
    long = envelope("partner_fault_hub.xml").replace(b"AdapterNotAvailable", b"x" * 50_000)
    client, _ = asking(says(long, 500))
    with pytest.raises(PartnerFault) as refused:
        client.state()
    assert (refused.value.partner_code, len(refused.value.partner_text)) == ("Server", 1000)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (faults.NotReached, PartnerUnreachable),
        (faults.TooLate, PartnerTimeout),
        (faults.Unreadable, PartnerReplyInvalid),
    ],
)
def test_every_failure_has_its_error(
    failure: type[faults.Failure], error: type[PartnerFailed]
) -> None:
    assert set(faults.Failure.__subclasses__()) == {
        faults.NotReached,
        faults.TooLate,
        faults.Unreadable,
    }
    mapped = faults.partner_failed("Partner za-dffe (ZA)", failure("did nothing."))
    assert (type(mapped), mapped.text) == (error, "Partner za-dffe (ZA) did nothing.")
