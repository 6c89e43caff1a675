"""Refused records: copied whole, safe for a spreadsheet, and readable after a correction."""

import csv
import json
import stat
import unicodedata
from pathlib import Path

import pytest

from adapters.national.refused import write_refused
from adapters.national.registry import national_source
from adapters.spreadsheets.formula_escape import escape_formula, unescape_formula
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import TokenId
from gateway.exchange.ports import NationalRecord
from tests.adapters.national.encrypted_tokens import CONTEXT, encrypted

DOCUMENTS = Path(__file__).parents[2] / "documents" / "national"
GOOD = DOCUMENTS / "good"


def refused(file: Path) -> list[RecordInvalid]:
    return [
        record
        for record in national_source(file, CONTEXT).records(file)
        if isinstance(record, RecordInvalid)
    ]


def copied(name: str, folder: Path) -> Path:
    file = folder / name
    file.write_bytes((DOCUMENTS / name).read_bytes())
    return file


def two_lines(folder: Path) -> Path:
    """A good record, and one whose quantity is wrong."""
    line = (GOOD / "lines.jsonl").read_text()
    file = folder / "permits.jsonl"
    file.write_text(line + line.replace("MZ26EX000500", "MZ26EX000501").replace("12.5", '"12,5"'))
    return file


def test_only_the_refused_records_are_written_with_the_reasons(tmp_path: Path) -> None:
    file = two_lines(tmp_path)
    aside = write_refused(file, refused(file), encrypted)
    assert aside == tmp_path / "permits.refused.jsonl"
    (record,) = map(json.loads, aside.read_text(encoding="utf-8").splitlines())
    assert record["number"] == "MZ26EX000501"
    (reason,) = record["refused_because"]
    assert "row 2, positions[2].quantity, box 11" in reason and "12.5" in reason


def test_a_mended_record_is_read_again(tmp_path: Path) -> None:
    file = two_lines(tmp_path)
    aside = write_refused(file, refused(file), encrypted)
    aside.write_text(aside.read_text().replace('"12,5"', "12.5"))
    (record,) = national_source(aside, CONTEXT).records(aside)
    assert isinstance(record, NationalRecord) and record.permit.number.text == "MZ26EX000501"


def test_an_unmended_record_is_refused_again_and_its_old_reasons_give_way(tmp_path: Path) -> None:
    file = two_lines(tmp_path)
    aside = write_refused(file, refused(file), encrypted)
    second = write_refused(aside, refused(aside), encrypted)
    text = second.read_text(encoding="utf-8")
    assert (
        second.name == "permits.refused.refused.jsonl"
        and text.count("refused_because") == 1
        and "row 1" in text
    )


def test_what_is_refused_on_publication_is_written_too(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_bytes((GOOD / "list.json").read_bytes())
    aside = write_refused(
        file, [RecordInvalid("The goods are suspended.", file=file.name, row=1, box="7")], encrypted
    )
    assert "row 1, box 7: The goods are suspended." in aside.read_text()
    assert len(list(national_source(aside, CONTEXT).records(aside))) == 1


@pytest.mark.parametrize(
    "name", ["line-cut-off.jsonl", "line-latin-1.jsonl", "record-no-object.json", "key-twice.json"]
)
def test_what_cannot_even_be_read_is_kept_as_it_is(tmp_path: Path, name: str) -> None:
    file = copied(name, tmp_path)
    text = write_refused(file, refused(file), encrypted).read_text(encoding="utf-8")
    assert "refused_because" in text and len(text.splitlines()) == 1
    assert json.loads(text)
    assert text.count('"purpose"') == 2 if name == "key-twice.json" else '"unreadable"' in text


def test_numbers_keep_the_digits_they_were_written_with(tmp_path: Path) -> None:
    file = copied("quantity-endless.json", tmp_path)
    assert "1" * 400 in write_refused(file, refused(file), encrypted).read_text()


def test_csv_keeps_all_rows_of_a_refused_permit_and_none_of_the_others(tmp_path: Path) -> None:
    head, *rows = (DOCUMENTS / "quantity-comma.csv").read_text().splitlines()
    good = [
        row.replace("MZ26EX000500", "MZ26EX000499")
        for row in (GOOD / "comma.csv").read_text().splitlines()[1:]
    ]
    file = tmp_path / "permits.csv"
    file.write_text(
        "\n".join([head, *(row.removesuffix(",").rsplit(",Tags", 1)[0] for row in good), *rows])
        + "\n"
    )
    aside = write_refused(file, refused(file), encrypted)
    written = aside.read_text().splitlines()
    assert aside.name == "permits.refused.csv"
    assert written[0].endswith(",refused_because") and len(written) == 3
    assert all("MZ26EX000500" in row and "plain digits" in row for row in written[1:])


def test_cells_that_a_spreadsheet_would_run_are_neutralised_and_read_back_unchanged(
    tmp_path: Path,
) -> None:
    head, first, second = (GOOD / "comma.csv").read_text().splitlines()
    for evil in ("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''@x"):
        file = tmp_path / "evil.csv"
        guarded = f"'{evil}" if evil.startswith("'") else evil
        file.write_text(
            "\n".join(
                [
                    head,
                    first.replace("Cape Exotic Tannery", guarded),
                    second.replace("Cape Exotic Tannery", ""),
                ]
            )
        )
        (record,) = national_source(file).records(file)
        assert (
            isinstance(record, NationalRecord)
            and record.permit.importer
            and record.permit.importer.name == evil
        )
        aside = write_refused(file, [RecordInvalid("Not yet.", file=file.name, row=2)], encrypted)
        assert f",'{evil}," in aside.read_text()
        assert ",'+02:00," in aside.read_text()
        (again,) = national_source(aside, CONTEXT).records(aside)
        assert isinstance(again, NationalRecord) and again.permit == record.permit
        aside.unlink()


BEFORE = [
    "",
    " ",
    "\n",
    "\r",
    "\t",
    "\x0b",
    "\x00",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\ufeff",
    " \n\u2028'",
]


def signs() -> set[str]:
    """Every character that is one of the four in another form."""
    return {
        letter
        for letter in map(chr, (*range(0xD800), *range(0xE000, 0x110000)))
        if unicodedata.normalize("NFKC", letter) in ("=", "+", "-", "@")
    }


@pytest.mark.slow
def test_every_look_alike_is_guarded_whatever_stands_before_it_and_reads_back() -> None:
    found = signs()
    assert {"=", "＝", "﹦", "⁼", "+", "＋", "﹢", "-", "－", "﹣", "@", "＠", "﹫"} <= found
    for before in BEFORE:
        for sign in (*found, "\u2212", "\u2a75"):
            cell = f"{before}{sign}1+1"
            assert escape_formula(cell) == f"'{cell}"
            assert unescape_formula(f"'{cell}") == cell


@pytest.mark.parametrize(
    "cell", ["", "'", "MZ26", "12.5", "Rue 1-2", "a=b", "'quoted'", " x", "é", "¨"]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert escape_formula(cell) == cell == unescape_formula(cell)


@pytest.mark.parametrize(
    "evil", ["＝1+1", "\n=1+1", "\r=1+1", "x\r=1+1", "x\r\n=1+1", "\u00a0=1+1", "−1"]
)
def test_no_cell_of_a_refused_record_begins_like_a_formula(tmp_path: Path, evil: str) -> None:
    head, first, second = (GOOD / "comma.csv").read_text().splitlines()
    file = tmp_path / "evil.csv"
    named = first.replace("Cape Exotic Tannery", f'"{evil}"')
    with file.open("w", encoding="utf-8", newline="") as handle:
        handle.write("\n".join([head, named, second.replace("Cape Exotic Tannery", "")]))
    (record,) = national_source(file).records(file)
    assert isinstance(record, NationalRecord)
    aside = write_refused(file, [RecordInvalid("Not yet.", file=file.name, row=2)], encrypted)
    with aside.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle, strict=True))
    assert len(rows) == 3, "a line break inside a cell begins no row"
    assert not [
        cell
        for row in rows
        for cell in row
        if unicodedata.normalize("NFKC", cell).strip()[:1] in ("=", "+", "-", "@", "−")
        and not cell.startswith("'")
        and cell
    ]
    (again,) = national_source(aside, CONTEXT).records(aside)
    assert isinstance(again, NationalRecord) and again.permit == record.permit


@pytest.mark.parametrize(
    "name", ["row-too-short.csv", "row-too-long.csv", "number-missing.csv", "byte-not-utf-8.csv"]
)
def test_a_broken_row_stays_broken_until_it_is_mended(tmp_path: Path, name: str) -> None:
    file = copied(name, tmp_path)
    aside = write_refused(file, refused(file), encrypted)
    if name == "byte-not-utf-8.csv":
        assert "\\udce9" in aside.read_text(encoding="utf-8")
    else:
        assert len(refused(aside)) == 1


def test_an_earlier_copy_is_never_overwritten(tmp_path: Path) -> None:
    file = two_lines(tmp_path)
    first = write_refused(file, refused(file), encrypted)
    first.write_text("being mended")
    second = write_refused(file, refused(file), encrypted)
    assert second.name == "permits.refused-2.jsonl" and first.read_text() == "being mended"


def test_only_the_owner_can_read_the_copy(tmp_path: Path) -> None:
    file = two_lines(tmp_path)
    assert stat.S_IMODE(write_refused(file, refused(file), encrypted).stat().st_mode) == 0o600


def test_nothing_is_left_behind_when_the_copy_cannot_be_made(tmp_path: Path) -> None:
    file = tmp_path / "gone.csv"
    with pytest.raises(RecordInvalid):
        write_refused(file, [RecordInvalid("x", file="gone.csv", row=2)], encrypted)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.jsonl", '{"number": "MZ1", "token": "SECRET-1", "purpose": "T"}'),
        ("x.jsonl", '{"number": "MZ1", "Security code": "SECRET-1"}'),
        ("x.jsonl", '{"number": "MZ1", "token": ["SECRET-1", "x"]}'),
        ("x.jsonl", '{"number": "MZ1", "beside": {"token": "SECRET-1"}, "token": "SECRET-1"}'),
        ("x.jsonl", '{"number": "MZ1", "token": "SECRET-1", "purpose": '),
        ("x.jsonl", '{"number": "MZ1", "token": "SECRET-1'),
        ("x.json", '["token", {"number": "a \\"token\\": 1", "token": "SECRET-1"}]'),
        ("x.csv", "{head}\nMZ1,SECRET-1"),
        ("x.csv", "{head}\nMZ1,x,SECRET-1,EXPORT,2026-01-01,A,Crocodylus,II,W,1"),
        ("x.csv", "{head}\nSECRET-1,EXPORT,2026-01-01"),
    ],
)
def test_no_token_is_written_in_clear_whatever_is_wrong_with_its_record(
    tmp_path: Path, name: str, text: str
) -> None:
    head = (
        "number,token,type,issued_at,position.id,position.scientific_name,position.appendix,"
        "position.sources,position.quantity"
    )
    file = tmp_path / name
    file.write_text(text.replace("{head}", head) + "\n", encoding="utf-8")
    written = write_refused(file, refused(file), encrypted).read_text(encoding="utf-8")
    assert "SECRET" not in written
    assert "encrypted:" in written


def test_a_token_is_read_again_by_the_gateway_that_has_its_key_alone(tmp_path: Path) -> None:
    file = two_lines(tmp_path)
    aside = write_refused(file, refused(file), encrypted)
    aside.write_text(aside.read_text().replace('"12,5"', "12.5"))
    (record,) = national_source(aside, CONTEXT).records(aside)
    assert isinstance(record, NationalRecord) and record.token == TokenId("DOC-5KQ2-8M4X")
    (unread,) = national_source(aside).records(aside)
    assert isinstance(unread, RecordInvalid)
    assert unread.field == "token" and "--dir" in (unread.expected or "")


def test_the_same_refused_records_are_not_written_anew(tmp_path: Path) -> None:
    file = two_lines(tmp_path)
    first = write_refused(file, refused(file), encrypted)
    assert write_refused(file, refused(file), encrypted) == first
    assert sorted(each.name for each in tmp_path.iterdir()) == [file.name, first.name]
