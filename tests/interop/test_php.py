"""PHP's own SoapClient, given nothing but the address of the WSDL."""

from datetime import datetime
from typing import Any

import pytest

from tests.interop.sandbox import (
    EVERY_DOOR,
    FIRST,
    FOUND,
    ROOTS,
    SCAN,
    SCAN_NAME,
    SEAL_NAME,
    SECOND,
    VERSIONS,
    WITH_ATTACHMENT,
    Sandbox,
    confirmation,
)
from tests.interop.scripted import ScriptedClient

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def php_client(php: list[str], sandbox: Sandbox) -> ScriptedClient:
    return ScriptedClient(php, sandbox)


def text(value: Any) -> Any:
    """The text of an element; if its type has attributes, PHP makes an object of it."""
    return value["_"] if isinstance(value, dict) else value


def lines_of(permit: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The lines of a permit by their letter."""
    items = permit["SpecifiedSupplyChainConsignment"]["IncludedSupplyChainConsignmentItem"]
    return {text(item["ID"][0]): item for item in items}


@EVERY_DOOR
def test_php_reads_a_permit_with_typed_values(
    php_client: ScriptedClient, version: str, soap: str
) -> None:
    (answer,) = php_client.answers(version, soap, ("GetNonFinalCitesCertificate", FIRST))
    assert answer["Composite"] is False
    permit = answer[ROOTS[version]]
    header = permit["HeaderExchangedDocument"]
    assert text(header["ID"]) == FIRST["CertificateNumber"]
    assert datetime.fromisoformat(header["IssueDateTime"]).utcoffset() is not None
    quantities = {
        line: item["TransportLogisticsPackage"][0]["ItemQuantity"]
        for line, item in lines_of(permit).items()
    }
    assert quantities == {
        "A": {"_": "5", "unitCode": "NAR"},
        "B": {"_": "12.5", "unitCode": "KGM"},
        "C": {"_": "3", "unitCode": "NAR"},
    }


@EVERY_DOOR
def test_php_reads_the_state_of_the_service(
    php_client: ScriptedClient, version: str, soap: str
) -> None:
    with_country, without = php_client.answers(
        version, soap, ("ServiceState", {"IsoCountryCode": "MZ"}), ("ServiceState", {})
    )
    for state in (with_country, without):
        assert state["State"] == "OK"
        assert datetime.fromisoformat(state["Time"]).utcoffset() is not None


@pytest.mark.parametrize("version", VERSIONS)
def test_php_gets_the_bytes_of_an_attachment(php_client: ScriptedClient, version: str) -> None:
    (answer,) = php_client.answers(version, "1.1", ("GetNonFinalCitesCertificate", WITH_ATTACHMENT))
    attachment, seal = answer["Attachments"]
    assert attachment == {"AttachmentName": SCAN_NAME, "AttachmentContent": SCAN.decode("ascii")}
    assert seal["AttachmentName"] == SEAL_NAME


def test_php_confirms_at_one_endpoint_and_every_other_endpoint_knows_it(
    php_client: ScriptedClient,
) -> None:
    confirm = ("ConfirmQuantities", confirmation(SECOND, FOUND))
    (first,) = php_client.answers("v1", "1.1", confirm)
    assert first["ConfirmationId"]
    for version, soap in (("v1", "1.2"), ("v2", "1.1"), ("v2", "1.2")):
        again, final, by_short_name = php_client.answers(
            version,
            soap,
            confirm,
            ("GetFinalCitesCertificate", SECOND),
            ("GetFinalCertificate", SECOND),
        )
        assert again == {"State": "ALREADY_CONFIRMED", "ConfirmationId": first["ConfirmationId"]}
        assert final == by_short_name
        assert confirmed_in(final[ROOTS[version]], version) == FOUND


def confirmed_in(permit: dict[str, Any], version: str) -> dict[str, str]:
    """The quantities of box 14, as PHP reads them: decimals are texts, so that none is rounded."""
    quantity = {"v1": "InspectedUnitQuantity", "v2": "UnitQuantity"}[version]
    return {
        line: text(item["ExaminationTransportEvent"][0][quantity])
        for line, item in lines_of(permit).items()
    }


@EVERY_DOOR
def test_php_sees_why_it_was_refused(php_client: ScriptedClient, version: str, soap: str) -> None:
    too_much, not_final = php_client.faults(
        version,
        soap,
        ("ConfirmQuantities", confirmation(FIRST, {"B": "12.500001"})),
        ("GetFinalCertificate", FIRST),
    )
    sender = {"1.1": "Client", "1.2": "Sender"}[soap]
    assert [fault["string"] for fault in (too_much, not_final)] == [
        "QuantityExceeded",
        "CertificateNotFinal",
    ]
    assert {fault["code"].partition(":")[2] for fault in (too_much, not_final)} == {sender}
    told = too_much["detail"]["Fault"]
    assert (told["Code"], told["Retry"], told["Position"], told["Box"]) == (
        "QuantityExceeded",
        "after-change",
        "B",
        "14",
    )
    assert told["Text"] and told["Incident"]
    assert not_final["detail"]["Fault"]["Retry"] == "later"
