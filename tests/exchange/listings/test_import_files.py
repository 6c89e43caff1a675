"""Import of reference data: all or nothing, with a record of who did it and what was loaded."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.listings.files import ListingFiles
from gateway.domain.errors import InvalidRequest, ReferenceDataInvalid
from gateway.domain.references.rows import DataKind
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.listings.import_files import Checked, ImportListings
from gateway.exchange.ports import Direction
from tests.builders import ISSUED
from tests.reference_data import TABLES, MemoryReferenceData

ANA = ResponsiblePerson("Ana Langa", "CoP20 is in force")
Check = Callable[..., Checked]


@pytest.fixture
def data() -> MemoryReferenceData:
    return MemoryReferenceData()


@pytest.fixture
def imports(data: MemoryReferenceData) -> ImportListings:
    ids = iter(f"{place:02}" for place in range(100))
    return ImportListings(ListingFiles(), data, lambda: ISSUED, lambda: next(ids))


@pytest.fixture
def check(imports: ImportListings) -> Check:
    def check(*files: str | Path) -> Checked:
        return imports.check([TABLES / file for file in files], lambda _: None)

    return check


def load(imports: ImportListings, *files: str, **how: bool) -> None:
    checked = imports.check([TABLES / file for file in files], lambda _: None)
    imports.store_checked(checked, ANA, **how)


def test_a_check_stores_nothing(check: Check, data: MemoryReferenceData) -> None:
    checked = check("taxa.csv", "listings.csv")
    assert (len(checked.rows[DataKind.TAXA]), checked.before[DataKind.TAXA]) == (13, 0)
    assert data == MemoryReferenceData()


def test_an_import_is_a_record_of_the_journal_with_person_digests_and_counts(
    imports: ImportListings, data: MemoryReferenceData
) -> None:
    load(imports, "taxa.csv", "synonyms.csv")
    load(imports, "taxa.csv")
    first, second = data.journal
    assert (first.direction, first.operation) == (Direction.OWN, "ListingsImported")
    said = json.loads(first.request)
    digest = ListingFiles().read(TABLES / "taxa.csv", lambda _: None).sha256
    assert (said["person"], said["reason"]) == ("Ana Langa", "CoP20 is in force")
    assert said["files"][0] == {"name": "taxa.csv", "sha256": digest}
    assert (said["rows"], said["before"]) == (
        {"taxa": 13, "synonyms": 2},
        {"taxa": 0, "synonyms": 0},
    )
    assert json.loads(second.request)["before"] == {"taxa": 13}
    by_kind = {each.kind: each for each in data.current()}
    assert by_kind[DataKind.TAXA].id == second.id
    assert by_kind[DataKind.SYNONYMS].files[0][0] == "synonyms.csv"


def test_a_named_person_answers_for_it(imports: ImportListings, check: Check) -> None:
    with pytest.raises(InvalidRequest):
        imports.store_checked(check("taxa.csv"), ResponsiblePerson(" ", "x"))


def test_files_of_one_kind_are_one_list_and_a_row_of_both_stands_once(check: Check) -> None:
    assert len(check("taxa.csv", "taxa.csv").rows[DataKind.TAXA]) == 13


def changed(tmp_path: Path, name: str, before: str, after: str) -> Path:
    file = Path(shutil.copy(TABLES / name, tmp_path / f"other-{name}"))
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return file


def test_lists_of_different_columns_complete_each_other(check: Check, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.csv"
    shorter.write_text(
        "species_plus_id,scientific_name,rank,kingdom\n"
        "900001,Panthera tigris,SPECIES,Animalia\n900099,Panthera leo,SPECIES,Animalia\n"
    )
    for files in (("taxa.csv", shorter), (shorter, "taxa.csv")):
        found = {taxon.id: taxon for taxon in check(*files).rows[DataKind.TAXA]}
        assert len(found) == 14
        assert (found[900001].family, found[900099].family) == ("Felidae", "")


def test_an_id_is_of_one_taxon(check: Check, tmp_path: Path) -> None:
    other = changed(tmp_path, "taxa.csv", "900009,Canis aureus", "900001,Canis aureus")
    with pytest.raises(ReferenceDataInvalid) as caught:
        check("taxa.csv", other)
    assert (caught.value.file, caught.value.row) == ("other-taxa.csv", 10)
    assert "Panthera tigris" in caught.value.text


@pytest.mark.parametrize("is_stored", [False, True])
def test_a_row_whose_id_is_of_another_taxon_is_refused(
    imports: ImportListings, check: Check, tmp_path: Path, is_stored: bool
) -> None:
    wrong = changed(tmp_path, "quotas.csv", "900002,Panthera pardus", "900001,Panthera pardus")
    if is_stored:
        load(imports, "taxa.csv")
    with pytest.raises(ReferenceDataInvalid) as caught:
        check(*(() if is_stored else ("taxa.csv",)), wrong)
    problem = caught.value
    assert (problem.file, problem.row, problem.field) == (
        "other-quotas.csv",
        2,
        "species_plus_id",
    )
    assert problem.expected == "900002, as in the list of taxa"


def test_rows_of_taxa_that_are_not_in_the_list_are_counted(check: Check, tmp_path: Path) -> None:
    unknown = changed(tmp_path, "quotas.csv", "900002,Panthera pardus", "7,Panthera onca")
    assert check("taxa.csv", unknown).unknown_taxa == {DataKind.QUOTAS: 1}
    assert not check("taxa.csv", "quotas.csv").unknown_taxa


def test_half_a_list_is_not_taken_for_the_whole_by_mistake(
    imports: ImportListings, data: MemoryReferenceData, tmp_path: Path
) -> None:
    load(imports, "listings.csv")
    few = tmp_path / "few.csv"
    lines = (TABLES / "listings.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    few.write_text("".join(lines[:4]), encoding="utf-8")
    with pytest.raises(InvalidRequest, match="only 3 would be left"):
        load(imports, str(few))
    assert len(data.stored[DataKind.LISTINGS]) == len(lines) - 1
    load(imports, str(few), may_shrink=True)
    assert len(data.stored[DataKind.LISTINGS]) == 3
