"""Days of the permits of the sandbox: moved with today, so that they stay lawful and valid."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.national import examples
from adapters.national.registry import national_source
from gateway.bootstrap.sandbox.beginning import moved
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.rules import Severity, findings
from gateway.exchange.ports import NationalRecord

EXPIRED = "MZ26EX000010"
DAYS = [date(2026, 11, 29) + timedelta(days=97 * step) for step in range(20)]
RECORDS = (examples.directory() / "sandbox.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_on_any_day_the_permits_are_lawful_and_all_but_one_are_valid(
    tmp_path: Path, today: date
) -> None:
    for file in examples.directory().glob("MZ26EX*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    file = tmp_path / "sandbox.json"
    file.write_text(moved(RECORDS, today), encoding="utf-8")
    permits = []
    for record in national_source(file).records(file):
        assert isinstance(record, NationalRecord), record
        permits.append(record.permit)
        found = findings(record.permit, Authority(IsoCountryCode("MZ"), "ANAC"))
        assert not [finding for finding in found if finding.severity is Severity.ERROR]
    expired = [
        permit.number.text
        for permit in permits
        if permit.valid_until is None or permit.valid_until.date() < today
    ]
    assert expired == [EXPIRED]


def test_every_day_is_moved_alike_and_nothing_else_is() -> None:
    later = moved(RECORDS, date(2026, 11, 30))
    assert later != RECORDS
    assert moved(later, date(2026, 11, 29)) == RECORDS
