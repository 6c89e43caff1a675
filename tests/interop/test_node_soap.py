"""node-soap, given nothing but the address of the WSDL.

It types what is declared as a type of XML Schema itself (boolean, decimal, dateTime); a type of
ours that narrows one it reads as text. It is fetched from a registry, so it runs in the long form
alone; PHP, Perl, suds and zeep run in the short form too.
"""

import json
from base64 import b64encode
from datetime import datetime
from pathlib import Path
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

LOCKS = sorted(Path(__file__).parent.glob("*/package-lock.json"))


@pytest.fixture(scope="module")
def node_client(node: list[str], sandbox: Sandbox) -> ScriptedClient:
    return ScriptedClient(node, sandbox)


def lines_of(permit: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The lines of a permit by their letter."""
    items = permit["SpecifiedSupplyChainConsignment"]["IncludedSupplyChainConsignmentItem"]
    return {item["ID"][0]: item for item in items}


@pytest.mark.long_haul
@EVERY_DOOR
def test_node_reads_a_permit_with_typed_values(
    node_client: ScriptedClient, version: str, soap: str
) -> None:
    (answer,) = node_client.answers(version, soap, ("GetNonFinalCitesCertificate", FIRST))
    assert answer["Composite"] is False
    permit = answer[ROOTS[version]]
    header = permit["HeaderExchangedDocument"]
    assert header["ID"] == FIRST["CertificateNumber"]
    assert datetime.fromisoformat(header["IssueDateTime"]["date"]).utcoffset() is not None
    quantities = {
        line: item["TransportLogisticsPackage"][0]["ItemQuantity"]
        for line, item in lines_of(permit).items()
    }
    assert quantities == {
        "A": {"$value": 5, "attributes": {"unitCode": "NAR"}},
        "B": {"$value": 12.5, "attributes": {"unitCode": "KGM"}},
        "C": {"$value": 3, "attributes": {"unitCode": "NAR"}},
    }


@pytest.mark.long_haul
@EVERY_DOOR
def test_node_reads_the_state_of_the_service(
    node_client: ScriptedClient, version: str, soap: str
) -> None:
    with_country, without = node_client.answers(
        version, soap, ("ServiceState", {"IsoCountryCode": "MZ"}), ("ServiceState", {})
    )
    for state in (with_country, without):
        assert state["State"] == "OK"
        assert datetime.fromisoformat(state["Time"]["date"]).utcoffset() is not None


@pytest.mark.long_haul
@pytest.mark.parametrize("version", VERSIONS)
def test_node_gets_the_content_of_an_attachment(node_client: ScriptedClient, version: str) -> None:
    (answer,) = node_client.answers(
        version, "1.1", ("GetNonFinalCitesCertificate", WITH_ATTACHMENT)
    )
    attachment, seal = answer["Attachments"]
    assert attachment == {
        "AttachmentName": SCAN_NAME,
        "AttachmentContent": b64encode(SCAN).decode(),
    }
    assert seal["AttachmentName"] == SEAL_NAME


@pytest.mark.long_haul
def test_node_confirms_at_one_endpoint_and_every_other_endpoint_knows_it(
    node_client: ScriptedClient,
) -> None:
    confirm = ("ConfirmQuantities", confirmation(SECOND, FOUND))
    (first,) = node_client.answers("v1", "1.1", confirm)
    assert first["ConfirmationId"]
    for version, soap in (("v1", "1.2"), ("v2", "1.1"), ("v2", "1.2")):
        again, final, by_short_name = node_client.answers(
            version,
            soap,
            confirm,
            ("GetFinalCitesCertificate", SECOND),
            ("GetFinalCertificate", SECOND),
        )
        assert again == {"State": "ALREADY_CONFIRMED", "ConfirmationId": first["ConfirmationId"]}
        assert final == by_short_name
        assert confirmed_in(final[ROOTS[version]], version) == {"A": 5, "B": 12.5, "C": 3}


def confirmed_in(permit: dict[str, Any], version: str) -> dict[str, float]:
    """The quantities of box 14, as numbers."""
    quantity = {"v1": "InspectedUnitQuantity", "v2": "UnitQuantity"}[version]
    return {
        line: item["ExaminationTransportEvent"][0][quantity]["$value"]
        for line, item in lines_of(permit).items()
    }


@pytest.mark.long_haul
@EVERY_DOOR
def test_node_sees_why_it_was_refused(node_client: ScriptedClient, version: str, soap: str) -> None:
    too_much, not_final = node_client.faults(
        version,
        soap,
        ("ConfirmQuantities", confirmation(FIRST, {"B": "12.500001"})),
        ("GetFinalCertificate", FIRST),
    )
    assert seen(too_much, soap) == "QuantityExceeded"
    assert seen(not_final, soap) == "CertificateNotFinal"
    told = too_much[{"1.1": "detail", "1.2": "Detail"}[soap]]["Fault"]
    assert (told["Code"], told["Retry"], told["Position"], told["Box"]) == (
        "QuantityExceeded",
        "after-change",
        "B",
        "14",
    )
    assert told["Text"] and told["Incident"]


def seen(fault: dict[str, Any], soap: str) -> str:
    """The one word of a fault whose code says that the sender can mend it."""
    if soap == "1.1":
        assert fault["faultcode"] == "soap:Client"
        return str(fault["faultstring"])
    assert fault["Code"]["Value"] == "soap:Sender"
    return str(fault["Reason"]["Text"]["$value"])


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_a_lock_file_names_packages_and_their_digests_but_no_host(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    for name, version in packages[""]["dependencies"].items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert all(
        "integrity" in package and "resolved" not in package
        for name, package in packages.items()
        if name
    )
    assert "://" not in lock.read_text()
