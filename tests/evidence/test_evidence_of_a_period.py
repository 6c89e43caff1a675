"""Evidence of a period: it shows all that was exchanged, and claims no more than that."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.settings import load_settings
from tests.evidence.evidence_files import (
    ANSWER,
    PERIOD,
    RECORDS,
    REQUEST,
    SIGNER_NOT_CHECKED,
    THEN,
    Keys,
    Pruned,
    an_exchange,
    exported,
)

pytestmark = pytest.mark.slow


def test_all_records_of_a_period_are_there_and_none_names_another_permit(
    of_period: Path, check
) -> None:
    status, said = check(of_period, *PERIOD, "--permit", "MZ26EX999999", "--caller", "ch")
    assert status == SIGNER_NOT_CHECKED, said
    assert f"All {RECORDS + 2} records that began from 2020-01-01" in said
    assert "None of them names permit MZ26EX999999." in said
    assert "None of them names caller ch." in said
    assert (
        check(of_period, *PERIOD, "--permit", "MZ26EX000001")[1].count("names permit MZ26EX000001")
        == 2
    )


def test_of_a_period_the_reader_says_which(of_period: Path, of_record: Path, check) -> None:
    assert check(of_period)[0] == 2
    assert check(of_record, *PERIOD)[0] == 2
    assert check(of_record, "--permit", "MZ26EX000001")[0] == 2


def test_a_period_that_is_not_covered_proves_nothing(of_period: Path, check) -> None:
    status, said = check(
        of_period, "--from", "2020-01-01", "--to", "2100-01-01", "--permit", "MZ26EX999999"
    )
    assert (status, "before the period ends" in said, "None of them" in said) == (1, True, False)


def test_a_period_holds_no_message(of_period: Path) -> None:
    with zipfile.ZipFile(of_period) as bundle:
        assert not any(
            REQUEST in bundle.read(name) or ANSWER in bundle.read(name)
            for name in bundle.namelist()
        )


def test_up_to_now_is_sealed_for_the_occasion_silence_included(tmp_path: Path, check) -> None:
    keys = Keys(tmp_path)
    since = ("--from", "2020-01-01")
    exported(keys.directory, *since)  # nothing was ever exchanged: a first head says so
    with build(load_settings(keys.directory)) as gateway:
        record = an_exchange(gateway.clock())
        gateway.store.journal.record(record)
    exported(keys.directory, *since)
    now = datetime.now(UTC)
    evidence = exported(keys.directory, *since)
    status, said = check(evidence, *since, "--to", now.isoformat(), "--permit", "MZ26EX000001")
    assert (status, "All 1 records" in said, "None of them names permit" in said) == (
        SIGNER_NOT_CHECKED,
        True,
        True,
    )
    assert "Heads 1 to 3" in said
    with zipfile.ZipFile(evidence) as bundle:
        silence = json.loads(json.loads(bundle.read("heads.jsonl").splitlines()[-1])["statement"])
    assert (silence["records"], silence["total"], silence["first"], silence["began"]) == (
        0,
        1,
        None,
        None,
    )


def test_absence_is_not_claimed_of_what_was_removed(pruned: Pruned, check) -> None:
    status, said = check(exported(pruned.directory, *THEN), *THEN, "--permit", "MZ26EX000001")
    assert status == SIGNER_NOT_CHECKED, said
    assert "it says that 2 records were removed, by A. Cossa: their time is over" in said
    assert "All 1 records that began" in said
    assert (
        "but for 2, of that time or just outside, that were removed: nobody can tell what they"
        " named." in said
    )
    assert "None of those that are left names permit MZ26EX000001." in said
