"""SOAP faults: the table is complete, and every rule of it leaves in the right form."""

import logging

import pytest
from lxml import etree

from gateway.domain import errors
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.errors import GatewayError
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.supporting.refused import DocumentRefused
from gateway.soap.faults import FAULTS
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.soap.endpoint import TOKEN, Endpoint, errors_below

LEAVES = errors_below(GatewayError)
HIDDEN = (
    errors.SettingsInvalid,
    errors.KeyUnusable,
    errors.RecordInvalid,
    errors.ReferenceDataInvalid,
    errors.DocumentInvalid,
    errors.BackupInvalid,
    errors.RestoreRefused,
    errors.RecordingInvalid,
    DeclarationInvalid,
    PersonInvalid,
    ApiKeyInvalid,
    DocumentRefused,
)
SHOWN_AS = {
    errors.UnderMaintenance: errors.ServiceUnavailable,
    errors.PermitAltered: errors.ServiceUnavailable,
    **dict.fromkeys(HIDDEN, errors.InternalError),
}


def an_error(kind: type[GatewayError]) -> GatewayError:
    if kind is errors.CertificateNotFound:
        return kind()  # type: ignore[call-arg]
    if kind is ApiKeyInvalid:
        return ApiKeyInvalid("secret", "Please <do> & mend this.")
    if kind in (PersonInvalid, DocumentRefused):
        return kind("secret", Sentence("Please <do> & mend this."))
    more = {
        errors.PartnerFault: {"partner_code": "Their::Secret", "partner_text": "their words"},
        errors.SettingsInvalid: {"file": "/etc/epix/gateway.toml", "line": 3, "key": "secret"},
        errors.RecordInvalid: {"file": "/srv/records.json", "row": 3, "field": "secret"},
        errors.ReferenceDataInvalid: {"file": "/srv/taxa.csv", "row": 3, "field": "secret"},
    }.get(kind, {})
    return kind("Please <do> & mend this.", **more)


def test_every_leaf_of_the_error_tree_has_a_row_and_every_row_a_leaf() -> None:
    assert set(FAULTS) == set(LEAVES)


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12], ids=["1.1", "1.2"])
@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_each_error_leaves_as_its_fault(
    endpoint: Endpoint, kind: type[GatewayError], soap: str
) -> None:
    endpoint.backend.fails_with = an_error(kind)
    answer = endpoint.post(endpoint.plain(soap))
    assert answer.soap == soap
    named = SHOWN_AS.get(kind, kind)
    assert answer.code == named.__name__
    assert answer.said["Retry"] == named.retry.value
    assert answer.said["Incident"] == endpoint.backend.journal[-1].id
    assert endpoint.backend.journal[-1].outcome == answer.code
    is_ours = issubclass(kind, errors.InternalFailure | errors.InputInvalid | errors.PartnerFailed)
    special = {"VersionMismatch": "VersionMismatch", "MustUnderstand": "MustUnderstand"}
    side = (
        special.get(answer.code)
        or (("Server", "Receiver") if is_ours else ("Client", "Sender"))[soap == SOAP_12]
    )
    assert answer.side == side
    assert "their words" not in str(answer.said)
    if issubclass(kind, errors.InternalFailure | errors.InputInvalid):
        assert "mend this" not in answer.said["Text"]


def test_position_and_box_are_named(endpoint: Endpoint) -> None:
    answer = endpoint.post(endpoint.envelope(endpoint.confirmation(("A", "1"), ("Z", "1"))))
    assert answer.refuses("PositionUnknown")
    assert (answer.said["Position"], answer.said["Box"]) == ("Z", "14")


def test_text_from_outside_cannot_become_markup(endpoint: Endpoint) -> None:
    endpoint.backend.fails_with = errors.InvalidRequest(
        "a</fault:Text><x/>\x00\x0b\ud800 ]]>", position="<&\"'>", box="1\r2"
    )
    answer = endpoint.post(endpoint.plain())
    assert answer.said["Text"] == "a</fault:Text><x/>\ufffd\ufffd\ufffd ]]>"
    assert answer.said["Position"] == "<&\"'>"


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_a_defect_is_told_as_such_and_nothing_else(
    endpoint: Endpoint, soap: str, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.backend.fails_with = ZeroDivisionError(
        f"division of {TOKEN} at 0x7f00deadbeef in /usr/lib/python3/x.py"
    )
    with caplog.at_level(logging.INFO, "gateway.exchange"):
        answer = endpoint.post(endpoint.plain(soap))
    assert (answer.code, answer.status) == ("InternalError", 500)
    assert answer.said["Incident"] in caplog.text
    assert "ZeroDivisionError at endpoint._open:" in caplog.text
    assert TOKEN not in caplog.text


def test_the_hub_without_quantities_is_told_what_is_missing(endpoint: Endpoint) -> None:
    answer = endpoint.post(endpoint.envelope(endpoint.request("ConfirmQuantities")))
    assert answer.refuses("InvalidRequest", "ConfirmQuantitiesRequest holds", "ConfirmedQuantities")
    assert not endpoint.backend.asked


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            "<v:ServiceStateRequest><Country/></v:ServiceStateRequest>",
            ["ServiceStateRequest holds", "IsoCountryCode (optional)"],
        ),
        (
            (
                "<ServiceStateRequest"
                ' xmlns="urn:CitesDataExchange/v1/"><IsoCountryCode/></ServiceStateRequest>'
            ),
            ["ServiceStateRequest holds", "without namespace"],
        ),
        ("<v:ServiceStateRequest>text</v:ServiceStateRequest>", ["ServiceStateRequest"]),
        (
            "<v:GetFinalCertificateRequest/>",
            [
                "GetFinalCertificateRequest holds",
                "CertificateNumber, TokenId (optional), IsoCountryCode (optional)",
            ],
        ),
        (
            (
                "<v:GetFinalCertificateRequest><CertificateNumber"
                " a='1'/></v:GetFinalCertificateRequest>"
            ),
            ["CertificateNumber carries"],
        ),
        (
            "<v:GetFinalCertificateRequest><CertificateNumber><b/></CertificateNumber></v:GetFinalCertificateRequest>",
            ["CertificateNumber carries"],
        ),
        (
            (
                "<v:GetFinalCertificateRequest><CertificateNumber"
                ' xsi:nil="true"/></v:GetFinalCertificateRequest>'
            ),
            ["CertificateNumber must not be nil"],
        ),
        (
            "<w:GetFinalCertificateRequest xmlns:w='urn:CitesDataExchange/v2/'/>",
            ["contract v1", "urn:CitesDataExchange/v1/"],
        ),
    ],
)
def test_a_refusal_says_in_our_words_what_is_wrong_and_where(
    endpoint: Endpoint, content: str, words: list[str]
) -> None:
    assert endpoint.post(endpoint.envelope(content)).refuses("InvalidRequest", *words)


def test_one_log_line_per_exchange_without_token_and_control_characters(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    number = "<CertificateNumber>A&#10;id=forged&#x202e;" + "9" * 500 + "</CertificateNumber>"
    with caplog.at_level(logging.INFO, "gateway.exchange"):
        endpoint.post(endpoint.envelope(endpoint.request(number=number)))
        endpoint.post(endpoint.plain())
        endpoint.post(f"<broken>{TOKEN}")
    lines = [record.getMessage() for record in caplog.records if record.name == "gateway.exchange"]
    assert len(lines) == 3
    assert all(line.isprintable() and line.isascii() and len(line) < 400 for line in lines)
    assert lines[0].count("id=") == 1 and "permit=- outcome=InvalidRequest" in lines[0]
    assert (
        "operation=GetNonFinalCitesCertificate caller=za permit=MZ26EX000001 outcome=ok" in lines[1]
    )
    assert TOKEN not in caplog.text


def test_soap_1_2_names_the_headers_it_did_not_understand(endpoint: Endpoint) -> None:
    header = (
        '<t:Deal xmlns:t="urn:example:deal?a&amp;b" s:mustUnderstand="1"/><u:Other'
        ' xmlns:u="urn:u"/>'
    )
    answer = endpoint.post(
        endpoint.envelope(endpoint.request(), header, SOAP_12), "application/soap+xml"
    )
    assert answer.refuses("MustUnderstand")
    (block,) = answer.root.iter(f"{{{SOAP_12}}}NotUnderstood")
    prefix, _, name = block.get("qname").partition(":")
    assert (block.nsmap[prefix], name) == ("urn:example:deal?a&b", "Deal")


def test_soap_1_2_names_the_envelopes_it_knows(endpoint: Endpoint) -> None:
    answer = endpoint.post('<e:Envelope xmlns:e="urn:other"/>', "application/soap+xml")
    assert answer.refuses("VersionMismatch")
    supported = list(answer.root.iter(f"{{{SOAP_12}}}SupportedEnvelope"))
    assert [each.nsmap[each.get("qname").partition(":")[0]] for each in supported] == [
        SOAP_12,
        SOAP_11,
    ]
    assert etree.QName(supported[0].getparent()).localname == "Upgrade"
