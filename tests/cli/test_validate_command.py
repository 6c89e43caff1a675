"""`validate` reports the kind of a file and its errors, by box, path and line."""

import re
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.conftest import Call

DOCUMENTS = Path(__file__).parents[1] / "documents"
ENVELOPES = DOCUMENTS / "envelopes"


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_permit_document_is_told_with_its_version(call: Call, version: str) -> None:
    answer = call("validate", DOCUMENTS / version / "minimal.xml", "--json")
    assert answer.json["kind"] == f"a permit document of schema version {version[1:]}"


def test_what_the_rules_find_names_line_and_box(call: Call) -> None:
    answer = call("validate", DOCUMENTS / "v2/full.xml", "--json")
    assert answer.status == 1
    assert {"box": "4", "severity": "error"}.items() <= answer.json["remarks"][0].items()
    assert ("A", "12") in {(remark.get("line"), remark["box"]) for remark in answer.json["remarks"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The address of the exporter is missing."),
        ("fr", "L'adresse de l'exportateur manque."),
        ("es", "Falta la dirección del exportador."),
    ],
)
def test_findings_are_data_in_the_language_asked_for(call: Call, language: str, said: str) -> None:
    arguments = ("validate", DOCUMENTS / "v2/full.xml", "--lang", language)
    found = [each for each in call(*arguments, "--json").json["remarks"] if each["text"] == said]
    assert [(each["rule"], each["severity"], each["box"]) for each in found] == [
        ("F06", "error", "4")
    ]
    assert found[0]["source"].startswith("50 CFR 23.23(c)(10)")
    assert f"✗ box 4: {said} [F06]" in call(*arguments).out


@pytest.mark.slow
@pytest.mark.parametrize("example", ["mozambique.json", "south_africa.csv", "sandbox.json"])
def test_the_example_records_are_valid(call: Call, example: str) -> None:
    with resources.as_file(resources.files("adapters.national.examples") / example) as file:
        answer = call("validate", file)
    assert answer.status == 0, answer.out
    assert "national records" in answer.out


def test_a_wrong_record_is_named_with_row_and_field(call: Call, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text('{"number": "MZ1", "typ": "EXPORT"}\n')
    answer = call("validate", tmp_path / "records.jsonl", "--json")
    assert answer.status == 1
    assert {"row": 1, "field": "typ", "severity": "error"}.items() <= answer.json["remarks"][
        0
    ].items()


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("partner_v1_permit.xml", "a SOAP answer with a permit document of schema version 1", None),
        (
            "partner_v2_permit_soap12.xml",
            "a SOAP answer with a permit document of schema version 2",
            None,
        ),
        ("partner_fault_hub.xml", "a SOAP Fault (AdapterNotAvailable)", 0),
        ("partner_confirmed.xml", "a SOAP answer without a permit", 0),
        ("partner_two_permits.xml", "a SOAP answer", 1),
        ("partner_doctype.xml", "a SOAP answer", 1),
        ("partner_external_entity.xml", "a SOAP answer", 1),
        ("partner_billion_laughs.xml", "a SOAP answer", 1),
    ],
)
def test_an_answer_is_read_as_a_partners_answer_is(
    call: Call, name: str, kind: str, status: int | None
) -> None:
    answer = call("validate", ENVELOPES / name, "--json")
    assert answer.json["kind"] == kind
    assert status is None or answer.status == status


def envelope(body: str) -> str:
    return f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{body}</e:Body></e:Envelope>'


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (
            '<a:ServiceStateRequest xmlns:a="urn:CitesDataExchange/v1/"/>',
            "ServiceState of contract version 1",
            None,
        ),
        (
            '<a:ServiceStateRequest xmlns:a="urn:CitesDataExchange/v3/"/>',
            "a SOAP request",
            "of neither version",
        ),
        (
            '<a:GetFinalCertificateRequest xmlns:a="urn:CitesDataExchange/v2/"/>',
            "a SOAP request",
            "CertificateNumber",
        ),
        ("", "a SOAP request", "exactly one element"),
    ],
)
def test_a_request_is_read_as_our_endpoint_reads_it(
    call: Call, tmp_path: Path, body: str, kind: str, said: str | None
) -> None:
    (tmp_path / "request.xml").write_text(envelope(body))
    answer = call("validate", tmp_path / "request.xml", "--json")
    assert kind in answer.json["kind"]
    assert answer.status == (1 if said else 0)
    assert said is None or said in answer.json["remarks"][0]["text"]


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<html/>", b"\x00\x01\x02", "<Envelope/>".encode("utf-32")]
)
def test_what_is_none_of_ours_is_said_to_be_none(
    call: Call, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "thing").write_bytes(content)
    answer = call("validate", tmp_path / "thing")
    assert answer.status == 1
    assert "is neither a permit document nor" in answer.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_document_is_known_in_every_encoding_it_may_have(
    call: Call, tmp_path: Path, encoding: str
) -> None:
    text = (DOCUMENTS / "v2/minimal.xml").read_text(encoding="utf-8")
    body = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    (tmp_path / "permit.xml").write_bytes(body.encode(encoding))
    assert (
        call("validate", tmp_path / "permit.xml", "--json").json["kind"]
        == "a permit document of schema version 2"
    )


def test_control_characters_of_a_file_never_reach_the_terminal(call: Call, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text('{"numb\\u001b[31mer": "MZ1"}\n')
    answer = call("validate", tmp_path / "records.jsonl")
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize(
    ("text", "status", "severity", "words"),
    [
        ("five", 1, "error", "Not readable: as written five NAR."),
        ("5\u202e6", 1, "error", r"Not readable: as written 5\u202E6 NAR."),
        ("1.2E+1", None, "warning", "a strict reader refuses it"),
    ],
)
def test_a_value_of_a_partner_is_named_and_the_rest_is_judged(
    call: Call, tmp_path: Path, text: str, status: int | None, severity: str, words: str
) -> None:
    file = tmp_path / "answer.xml"
    document = (DOCUMENTS / "v2/minimal.xml").read_text(encoding="utf-8")
    file.write_text(document.replace(">5<", f">{text}<", 1), encoding="utf-8")
    answer = call("validate", file, "--json")
    assert status is None or answer.status == status
    of_box = [remark for remark in answer.json["remarks"] if remark.get("box") == "11"]
    assert [remark["severity"] for remark in of_box] == [severity]
    assert words in of_box[0]["text"]
    assert of_box[0]["line"] == "A"
    assert of_box[0]["path"].endswith("/ItemQuantity")


def test_a_date_that_was_not_set_is_a_remark(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "answer.xml"
    document = (DOCUMENTS / "v2/full.xml").read_text(encoding="utf-8")
    began = re.compile(r"(<ram:AcquisitionDateTime>)[^<]+")
    assert began.search(document)
    file.write_text(began.sub(r"\g<1>0001-01-01T00:00:00", document), encoding="utf-8")
    remarks = call("validate", file, "--json").json["remarks"]
    (not_set,) = [remark for remark in remarks if "Not set" in remark["text"]]
    assert (not_set["severity"], not_set["box"]) == ("warning", "12b")
