"""A mapping makes a permit of rows, and names the cell of everything that is wrong."""

from pathlib import Path

from tests.adapters.national.sources.described import (
    CSV,
    MAPPING,
    from_csv,
    problems,
    row,
    taken,
)


def test_rows_of_one_number_are_one_permit(tmp_path: Path) -> None:
    records = from_csv(tmp_path, row(), row(Species="Vanda testacea"), row(No="LK/26/2"))
    first, second = map(taken, records)
    permit = first.permit
    assert (permit.number.text, permit.type) == ("LK/26/1", "EXPORT")
    assert (str(permit.issued_at)[:10], str(permit.valid_until)[:10]) == (
        "2026-11-02",
        "2027-05-01",
    )
    assert permit.importer.address.country.code == "MZ"
    assert permit.exporter.address.country.code == "LK"
    assert [line.id for line in permit.positions] == ["A", "B"]
    assert str(permit.positions[0].quantity.amount) == "1200.5"
    assert permit.positions[0].quantity.unit == "KGM"
    assert first.token is not None
    assert second.row == 4


def test_a_wrong_cell_is_named_by_row_column_and_value_once(tmp_path: Path) -> None:
    (record,) = from_csv(
        tmp_path, row(Issued="31/11/2026"), row(Issued="31/11/2026", Qty="12,5", To="Atlantis")
    )
    assert problems(record) == [
        (2, "Issued", "31/11/2026", "a date that exists, written dd/mm/yyyy"),
        (3, "Issued", "31/11/2026", "a date that exists, written dd/mm/yyyy"),
        (3, "To", "Atlantis", "a word of the translation table countries"),
        (3, "Qty", "12,5", "a number with the decimal sign '.' and ',' between groups of three"),
    ]


def test_the_box_of_a_wrong_cell_is_named(tmp_path: Path) -> None:
    (record,) = from_csv(tmp_path, row(Qty="12,5"))
    (located,) = record.located(record.outcome)  # type: ignore[arg-type]
    assert (located.problem.box, located.problem.field) == ("11", "position.quantity")


def test_a_token_is_in_no_message(tmp_path: Path) -> None:
    mapping = MAPPING.replace('token = "Code"', 'token = { column = "Code", words = "countries" }')
    (record,) = from_csv(tmp_path, row(), mapping=mapping)
    assert "SECRET" not in repr(record)
    (problem,) = problems(record)
    assert problem[:3] == (2, "Code", None)


def test_rows_that_do_not_agree_are_refused(tmp_path: Path) -> None:
    (record,) = from_csv(tmp_path, row(), row(Importer="Another"))
    assert [each[3] for each in problems(record)] == ["what row 2 says, or nothing"]


def test_a_row_without_a_number_spoils_both_neighbours(tmp_path: Path) -> None:
    first, second = from_csv(tmp_path, row(), row(No=""), row(No="LK/26/2"))
    assert [each[3] for each in problems(first)] == ["a permit number"]
    assert [each[3] for each in problems(second)] == [
        "rows that all say to which permit they belong"
    ]


def test_a_number_that_comes_again_is_refused(tmp_path: Path) -> None:
    records = from_csv(tmp_path, row(), row(No="LK/26/2"), row())
    assert [each[3] for each in problems(records[2])] == ["a number not used before"]
    taken(records[0])


def test_rows_that_are_not_wanted_are_left_out(tmp_path: Path) -> None:
    only = CSV + 'only = [{ column = "Kind", none_of = ["Draft"] }]\n'
    records = from_csv(tmp_path, row(Kind="draft"), row(No="LK/26/2"), source=only)
    assert [record.number for record in records] == ["LK/26/2"]


def test_texts_that_mean_nothing_are_empty_cells(tmp_path: Path) -> None:
    absent = CSV + 'absent = ["-", "n/a"]\n'
    (record,) = from_csv(tmp_path, row(Importer="N/A"), source=absent)
    assert taken(record).permit.importer.name is None


def test_a_field_is_filled_where_its_condition_holds(tmp_path: Path) -> None:
    mapping = MAPPING.replace(
        "[line]",
        'special_conditions = { constant = "Live", when = { column = "App", one_of = ["II"] } }\n'
        'purpose = { constant = "T", when = { column = "App", one_of = ["I"] } }\n[line]',
    )
    (record,) = from_csv(tmp_path, row(), mapping=mapping)
    assert taken(record).permit.special_conditions == ("Live",)
    assert taken(record).permit.purpose is None


def test_several_values_of_a_cell_are_split_where_that_is_declared(tmp_path: Path) -> None:
    mapping = MAPPING.replace('sources = "Source"', 'sources = { column = "Source", split = "/" }')
    (record,) = from_csv(tmp_path, row(Source="A / O"), mapping=mapping)
    assert taken(record).permit.positions[0].sources == ("A", "O")


NATIONAL = CSV + 'national = [{ column = "App", one_of = ["", "none"] }]\n'


def test_a_permit_of_national_species_is_no_record(tmp_path: Path) -> None:
    records = from_csv(tmp_path, row(App=""), row(No="LK/26/2"), source=NATIONAL)
    assert [record.national for record in records] == [True, False]
    assert records[0].outcome is None


def test_a_permit_of_both_is_refused(tmp_path: Path) -> None:
    (record,) = from_csv(tmp_path, row(App="none"), row(), source=NATIONAL)
    assert "a permit of its own for national species" in [each[3] for each in problems(record)]


def test_days_have_the_zone_of_the_source(tmp_path: Path) -> None:
    zone = CSV + 'time_zone = "Asia/Colombo"\n'
    (record,) = from_csv(tmp_path, row(), source=zone)
    issued = taken(record).permit.issued_at
    assert issued is not None
    assert issued.isoformat() == "2026-11-02T00:00:00+05:30"
