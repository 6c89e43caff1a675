"""Does the stand-alone script believe that something is absent only where nothing can be hidden?"""

from pathlib import Path

import pytest

from gateway.evidence import verify
from tests.evidence.sealed_journal import SealedJournal, at, identity, record

PERMIT = "MZ26EX999999"


@pytest.fixture
def journal(tmp_path: Path) -> SealedJournal:
    """Three batches, sealed at minute 60, 120 and 180."""
    return SealedJournal(
        tmp_path, [[record(n) for n in range(1, 6)], [record(61), record(62)], [record(121, permit_number=None)]]
    )


def verdict(capsys: pytest.CaptureFixture[str], file: Path) -> tuple[int, str]:
    status = verify.main([str(file)])
    return status, capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], file: Path) -> str:
    status, said = verdict(capsys, file)
    assert status == 1, said
    return said


def test_what_is_absent_is_proved(journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = verdict(capsys, journal.write_absence(tmp_path / "a.zip", [1], until=at(30)))
    assert status == 0, said
    assert f"The journal holds 5 exchanges from {at(0)} to {at(30)}. None names permit {PERMIT}." in said


def test_a_partner_is_absent(journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = journal.write_absence(tmp_path / "a.zip", [1], until=at(30), permit_number=None, partner="ke")
    assert (verdict(capsys, file)[0], "None names partner ke" in verdict(capsys, file)[1]) == (0, True)


@pytest.mark.parametrize("said", [{"permit_number": "MZ26EX000003"}, {"permit_number": None, "partner": "za"}])
def test_what_is_there_is_not_absent(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str], said: dict[str, object]
) -> None:
    file = journal.write_absence(tmp_path / "a.zip", [1], until=at(30), **said)
    assert "It is not absent: the record" in refused(capsys, file)


def test_what_is_there_at_another_time_is_absent(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"since": at(4.5), "until": at(30), "permit_number": "MZ26EX000003"}
    assert verdict(capsys, journal.write_absence(tmp_path / "a.zip", [1], **said))[0] == 0


def test_exchanges_that_name_no_permit_are_told(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = verdict(capsys, journal.write_absence(tmp_path / "a.zip", [1, 2, 3], until=at(170)))
    assert status == 0, said
    assert "Of these, 1 name no permit at all: ConfirmQuantities, outcome ok." in said


def test_a_whole_batch_left_out_is_found(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = journal.write_absence(tmp_path / "a.zip", [1, 3], until=at(170))
    assert "The records of batch 2 are not those that were sealed" in refused(capsys, file)


def test_a_record_left_out_or_in_another_order_is_found(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = list(journal.heads())
    whole = journal.batches[0]
    for shown in (whole[:-1], whole[1:], [*whole[:3], whole[4], whole[3]], [*whole, record(7)]):
        journal.batches[0] = shown
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.zip"
        said = refused(capsys, journal.write_absence(file, [1], until=at(30), heads=heads))
        assert "The records of batch 1 are not those that were sealed" in said


def test_a_changed_record_is_found(journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heads = list(journal.heads())
    journal.batches[0][2] = record(3, permit_number=None)
    file = journal.write_absence(tmp_path / "a.zip", [1], until=at(30), heads=heads)
    assert "not those that were sealed" in refused(capsys, file)


def test_heads_that_begin_within_the_period_prove_nothing(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = journal.write_absence(tmp_path / "a.zip", [2], until=at(100), first=2)
    assert "The heads begin too late" in refused(capsys, file)


def test_heads_may_begin_with_the_last_one_before_the_period(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = journal.write_absence(tmp_path / "a.zip", [3], since=at(120.5), until=at(170), first=2)
    assert verdict(capsys, file)[0] == 0


def test_a_period_that_ends_after_the_newest_head_is_not_covered(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = journal.write_absence(tmp_path / "a.zip", [1, 2, 3], until=at(181))
    assert "before the period ends" in refused(capsys, file)
    early = journal.write_absence(tmp_path / "b.zip", [1, 2], until=at(170), heads=list(journal.heads())[:2])
    assert "before the period ends" in refused(capsys, early)


def test_a_late_record_in_a_later_batch_counts(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.batches[2].insert(0, record(7, permit_number=PERMIT))
    assert "are not those that were sealed" in refused(
        capsys, journal.write_absence(tmp_path / "hidden.zip", [1], until=at(30))
    )
    assert "It is not absent" in refused(capsys, journal.write_absence(tmp_path / "a.zip", [1, 3], until=at(30)))


def test_deleted_records_leave_it_open(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = journal.write_absence(tmp_path / "a.zip", [1], until=at(30), gone=[identity(2)])
    assert "1 records of these batches were deleted when their time was over" in refused(capsys, file)


@pytest.mark.parametrize("batches", [[1, 1], [1, 2], [2, 1], []])
def test_batches_that_do_not_belong_there_are_refused(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str], batches: list[int]
) -> None:
    refused(capsys, journal.write_absence(tmp_path / "a.zip", batches, until=at(30)))


@pytest.mark.parametrize("said", [{"permit_number": None}, {"since": None}, {"until": None}, {"until": "soon"}])
def test_a_bundle_that_asks_nothing_is_refused(
    journal: SealedJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str], said: dict[str, object]
) -> None:
    refused(capsys, journal.write_absence(tmp_path / "a.zip", [1], **said))
