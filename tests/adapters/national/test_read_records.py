"""A national record becomes the permit it describes, whatever the format it comes in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.national import examples
from adapters.national.fields import PERMIT, POSITION
from adapters.national.registry import national_source
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.exchange.ports import NationalRecord

GOOD = Path(__file__).parents[2] / "documents" / "national" / "good"
DOCS = Path(__file__).parents[3] / "docs" / "national-records.md"
MAPUTO = timezone(timedelta(hours=2))


def records(file: Path) -> list[NationalRecord]:
    read = list(national_source(file).records(file))
    assert all(isinstance(each, NationalRecord) for each in read), read
    return [each for each in read if isinstance(each, NationalRecord)]


def example(name: str, number: str) -> NationalRecord:
    return next(
        each for each in records(examples.directory() / name) if each.permit.number.text == number
    )


@pytest.mark.parametrize("name", sorted(file.name for file in GOOD.iterdir()))
def test_every_format_and_dialect_gives_the_same_permit(name: str) -> None:
    (read,) = records(GOOD / name)
    (known,) = records(GOOD / "list.json")
    assert national_source(GOOD / name).count(GOOD / name) == 1
    assert replace(read, file="", row=0) == replace(known, file="", row=0)


def test_quantities_keep_their_digits_and_never_pass_through_float() -> None:
    (read,) = records(GOOD / "list.json")
    assert read.permit.positions[1].quantity == Quantity(Decimal("12.5"), "KGM")


def test_seventeen_digits_that_a_float_would_round_are_kept(tmp_path: Path) -> None:
    text = (GOOD / "lines.jsonl").read_text().replace("12.5", "123456789.000001")
    file = tmp_path / "exact.jsonl"
    file.write_text(text)
    (read,) = records(file)
    assert str(read.permit.positions[1].quantity) == "123456789.000001 KGM"


def test_a_plain_date_is_midnight_in_the_zone_of_the_record() -> None:
    (read,) = records(GOOD / "list.json")
    assert read.permit.valid_until == datetime(2026, 12, 31, tzinfo=MAPUTO)
    assert read.permit.valid_until and read.permit.valid_until.utcoffset() == timedelta(hours=2)


def test_without_a_zone_a_plain_date_is_midnight_utc(tmp_path: Path) -> None:
    file = tmp_path / "utc.jsonl"
    file.write_text((GOOD / "lines.jsonl").read_text().replace('"time_zone": "+02:00", ', ""))
    assert records(file)[0].permit.valid_until == datetime(2026, 12, 31, tzinfo=UTC)


def test_every_box_of_a_reexport_is_read() -> None:
    line = example("south_africa.csv", "ZA26RX000208").permit.positions[0]
    assert line.origin and line.origin.country and line.origin.country.code == "US"
    assert line.origin.permit and line.origin.permit.number == "25US481207/9"
    assert (
        line.last_reexport
        and line.last_reexport.country
        and line.last_reexport.country.code == "CH"
    )
    assert line.last_reexport.certificate and line.last_reexport.certificate.number == "26CH007741"
    assert line.last_reexport.certificate.issued == datetime(2026, 2, 19, tzinfo=MAPUTO)


def test_signature_blocks_carry_their_letters() -> None:
    permit = example("mozambique.json", "MZ26EX000103").permit
    blocks = (permit.management_authority, permit.issuer, permit.examiner)
    assert [block and block.letter for block in blocks] == ["A", "C", "D"]
    stamped = example("mozambique.json", "MZ26EX000101").permit
    assert stamped.management_authority and stamped.management_authority.stamp == "MZ 0004711"


def test_quota_and_box_14_are_in_the_unit_of_box_11() -> None:
    final = example("mozambique.json", "MZ26EX000103").permit
    assert final.is_endorsed
    assert [str(line.examination and line.examination.quantity) for line in final.positions] == [
        "2 NAR",
        "1 NAR",
    ]
    quota = example("mozambique.json", "MZ26EX000107").permit.positions[0].quota
    assert quota and (str(quota.used_to_date), str(quota.annual)) == ("12500 KGM", "40000 KGM")


def test_a_replaced_permit_names_its_successor() -> None:
    replaced = example("mozambique.json", "MZ26EX000115")
    assert (replaced.status, replaced.successor) == (
        Status.REPLACED,
        CertificateNumber("MZ26EX000116"),
    )


def test_token_and_authority_stand_beside_the_permit() -> None:
    record = example("sandbox.json", "MZ26EX000001")
    assert record.token == TokenId("SANDBOX-7KQ4-2M9X") and record.authority_code == "ANAC"
    assert example("sandbox.json", "MZ26EX000008").token is None


def test_countries_of_transit_stand_beside_the_permit(tmp_path: Path) -> None:
    file = tmp_path / "transit.jsonl"
    text = (GOOD / "lines.jsonl").read_text(encoding="utf-8").strip()
    file.write_text(text[:-1] + ', "transit_countries": ["NA", "BW"]}', encoding="utf-8")
    (read,) = records(file)
    assert read.transit_countries == ("NA", "BW")
    file.write_text(text[:-1] + ', "transit_countries": ["Namibia"]}', encoding="utf-8")
    (refused,) = national_source(file).records(file)
    assert isinstance(refused, RecordInvalid) and refused.field == "transit_countries"


def test_an_attachment_is_read_from_the_folder_of_the_record() -> None:
    (attachment,) = example("sandbox.json", "MZ26EX000009").attachments
    assert attachment.name == "MZ26EX000009.pdf" and attachment.content.startswith(b"%PDF-")


def test_an_attachment_may_stand_in_the_record_as_base64(tmp_path: Path) -> None:
    file = tmp_path / "inside.jsonl"
    inside = '"attachments": [{"name": "annex.pdf", "content": "JVBERi0xLjQK"}], "positions"'
    file.write_text((GOOD / "lines.jsonl").read_text().replace('"positions"', inside))
    (attachment,) = records(file)[0].attachments
    assert (attachment.name, attachment.content) == ("annex.pdf", b"%PDF-1.4\n")


def test_a_link_out_of_the_folder_is_no_attachment(tmp_path: Path) -> None:
    outside, folder = tmp_path / "secret.pdf", tmp_path / "records"
    outside.write_bytes(b"%PDF-1.4")
    folder.mkdir()
    (folder / "annex.pdf").symlink_to(outside)
    file = folder / "linked.jsonl"
    file.write_text(
        (GOOD / "lines.jsonl")
        .read_text()
        .replace('"positions"', '"attachments": ["annex.pdf"], "positions"')
    )
    (refused,) = national_source(file).records(file)
    assert isinstance(refused, RecordInvalid) and refused.field == "attachments"


def test_an_attachment_over_the_limit_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "annex.pdf").open("wb") as handle:
        handle.write(b"%PDF-1.4")
        handle.truncate(10 * 1024 * 1024 + 1)
    file = tmp_path / "large.jsonl"
    file.write_text(
        (GOOD / "lines.jsonl")
        .read_text()
        .replace('"positions"', '"attachments": ["annex.pdf"], "positions"')
    )
    (refused,) = national_source(file).records(file)
    assert isinstance(refused, RecordInvalid) and "7 MB" in (refused.expected or "")


def test_all_problems_of_a_record_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    text = (GOOD / "lines.jsonl").read_text()
    text = (
        text.replace("2026-12-31", "31/12/2026").replace("12.5", '"12,5"').replace('"ZA"', '"za"')
    )
    file.write_text(text)
    (refused,) = national_source(file).records(file)
    assert isinstance(refused, RecordInvalid)
    assert [(problem.field, problem.box) for problem in refused.problems] == [
        ("valid_until", "2"),
        ("importer.country", "3"),
        ("positions[2].quantity", "11"),
    ]


def test_one_wrong_line_does_not_hide_the_next(tmp_path: Path) -> None:
    line = (GOOD / "lines.jsonl").read_text()
    file = tmp_path / "mixed.jsonl"
    file.write_text(line + "{broken\n" + line)
    source = national_source(file)
    assert [isinstance(each, RecordInvalid) for each in source.records(file)] == [
        False,
        True,
        False,
    ]
    assert source.count(file) == 3


def test_a_row_of_no_permit_spoils_both_its_neighbours(tmp_path: Path) -> None:
    head, first, second = (GOOD / "comma.csv").read_text().splitlines()
    other, third = (row.replace("MZ26EX000500", "MZ26EX000501") for row in (first, second))
    apart = first.replace("MZ26EX000500", "MZ26EX000502")
    file = tmp_path / "stray.csv"
    file.write_text(
        "\n".join([head, first, second.replace("MZ26EX000500", ""), other, third, apart]) + "\n"
    )
    spoiled, neighbour, untouched = national_source(file).records(file)
    assert isinstance(spoiled, RecordInvalid) and spoiled.row == 3
    assert isinstance(neighbour, RecordInvalid) and "Line 3" in neighbour.text
    assert isinstance(untouched, NationalRecord)


def test_two_authorities_may_use_the_same_number_in_one_file(tmp_path: Path) -> None:
    head, first, second = (GOOD / "comma.csv").read_text().splitlines()
    rows = [f"{first},ANAC", f"{second},ANAC", f"{first},IIP", f"{second},IIP"]
    file = tmp_path / "two.csv"
    file.write_text("\n".join([f"{head},authority", *rows]) + "\n")
    assert [record.authority_code for record in records(file)] == ["ANAC", "IIP"]


def test_csv_streams_and_does_not_wait_for_the_end_of_the_file(tmp_path: Path) -> None:
    head, first, _ = (GOOD / "comma.csv").read_text().splitlines()
    file = tmp_path / "long.csv"
    rows = (first.replace("MZ26EX000500", f"MZ26EX{index:06}") for index in range(2000))
    file.write_text("\n".join([head, *rows, '"never closed']))
    stream = national_source(file).records(file)
    assert isinstance(next(stream), NationalRecord)
    with pytest.raises(RecordInvalid, match="stops being CSV"):
        national_source(file).count(file)


def test_a_file_of_another_ending_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecordInvalid) as refusal:
        national_source(tmp_path / "permits.xlsx")
    assert refusal.value.file == "permits.xlsx" and ".jsonl" in (refusal.value.expected or "")


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv"])
def test_a_file_that_cannot_be_read_says_why_without_its_path(tmp_path: Path, ending: str) -> None:
    absent = tmp_path / f"absent.{ending}"
    with pytest.raises(RecordInvalid, match="No such file") as refusal:
        list(national_source(absent).records(absent))
    assert str(tmp_path) not in refusal.value.text


def test_the_documentation_explains_every_field() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in (*PERMIT, *POSITION) if f"`{name}`" not in text] == []
