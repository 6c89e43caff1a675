"""`permits rewrite` on a database with signed records, which stay true afterwards."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from adapters.national import examples
from gateway.bootstrap import build
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.ledger.endorsement import Confirmation, Role
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.ports import DocumentForm, StoredPermit, Work
from gateway.settings import load_settings
from tests.cli.conftest import Call

pytestmark = pytest.mark.slow

SANDBOX = Path(examples.__file__).parent / "sandbox.json"
EXPORT, IMPORT, OTHER = "MZ26EX000101", "MZ26IM000112", "MZ26EX000104"
COUNT = 16
BY = ("--person", "A. Machel", "--reason", "rules of today")
CUSTOMS = f"""
[[partner]]
key = "mz-customs"
country = "MZ"
certificate_sha256 = ["{"0" * 64}"]
"""


@pytest.fixture
def house(tmp_path: Path, published_directory: Path) -> Path:
    """Permits as an earlier gateway left them, each with its signed record.

    EXPORT is withheld in v1; on IMPORT our own customs counted 1, booked at export.
    """
    directory = Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))
    with (directory / "conf/partners.toml").open("a", encoding="utf-8") as partners:
        partners.write(CUSTOMS)
    with changed(directory, EXPORT) as (work, stored):
        name = ("v2", DocumentForm.NON_FINAL)
        documents = {name: replace(work.permits.documents(stored)[name], losses=())}
        work.permits.change(stored, stored.published, documents)
    with changed(directory, IMPORT) as (work, stored):
        counted = (("A", Quantity(Decimal(1), "NAR")),)
        at = datetime(2026, 11, 1, tzinfo=UTC)
        event = Confirmation("wrong", "mz-customs", Role.EXPORT, at, counted, "ab" * 32)
        work.permits.change(stored, replace(stored.published, confirmations=(event,)), {})
    return directory


@contextmanager
def changed(directory: Path, number: str) -> Iterator[tuple[Work, StoredPermit]]:
    """A change of a permit that leaves a signed record."""
    with build(load_settings(directory)) as gateway, gateway.store.begin_work() as work:
        (authority,) = gateway.permits.served.authorities
        stored = work.permits.get(authority, CertificateNumber(number))
        assert stored is not None
        yield work, stored
        keep = gateway.integrity.keep
        keep.record(work.integrity, authority, CertificateNumber(number), "as formerly")
        work.commit()


def execute(directory: Path, statement: str) -> None:
    """What somebody does who can write the database."""
    engine = create_engine(f"sqlite:///{directory / 'data/gateway.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_former_permits_are_written_anew_once(house: Path, call: Call) -> None:
    tried = call("permits", "rewrite", *BY, "--dry-run", "--dir", house)
    assert tried.status == 0, tried.err
    assert f"✓ Permits to be written anew: 2 of {COUNT}." in tried.out
    assert f"{EXPORT}: document of schema version 1, non-final, is new." in tried.out
    assert f"{IMPORT}: confirmation wrong is taken back, and booked at import." in tried.out
    done = call("permits", "rewrite", *BY, "--dir", house)
    assert f"✓ Permits written anew: 2 of {COUNT}." in done.out
    again = call("permits", "rewrite", *BY, "--dir", house)
    assert (again.status, again.out) == (0, f"✓ Permits written anew: 0 of {COUNT}.\n")


def test_what_was_done_is_seen_and_every_record_stays_true(house: Path, call: Call) -> None:
    told = call("permits", "rewrite", *BY, "--dir", house, "--json").json
    assert (told["dry_run"], told["changed"], told["left"]) == (False, 2, 0)
    added, moved = told["permits"]
    assert (added["number"], moved["number"]) == (EXPORT, IMPORT)
    assert added["added"] == [{"version": "v1", "form": "non-final"}]
    ((booked,), former) = moved["rebooked"], "wrong"
    assert (booked["reversed"], booked["role"]) == (former, "import")
    assert call("permits", "show", "MZ", EXPORT, "--dir", house, "--json").json["withheld"] == []
    ledger = call("ledger", "show", "MZ", IMPORT, "--dir", house, "--json").json
    (line,) = ledger["lines"]
    assert (line["confirmed_at_export"], line["confirmed_at_import"]) == ("0", "1")
    verified = call("journal", "verify", "--reconcile", "--dir", house)
    assert "✓ Every recorded permit is what was recorded of it." in verified.out
    assert "ALTERED" not in verified.out


def test_a_former_document_stays_under_the_record_of_its_permit(house: Path, call: Call) -> None:
    name = ("v2", DocumentForm.NON_FINAL)
    with changed(house, OTHER) as (work, stored):
        documents = dict(work.permits.documents(stored))
        former = documents[name].content.replace(b'unitCode="NAR"', b'unitCode="PAI"')
        assert former != documents[name].content
        documents[name] = replace(documents[name], content=former)
        work.permits.change(stored, stored.published, documents)
    told = call("permits", "rewrite", *BY, "--dir", house, "--json").json
    (replaced,) = (each for each in told["permits"] if each["replaced"])
    assert (replaced["number"], replaced["replaced"]) == (
        OTHER,
        [{"version": "v2", "form": "non-final"}],
    )
    verified = call("journal", "verify", "--reconcile", "--dir", house)
    assert "✓ Every recorded permit is what was recorded of it." in verified.out
    execute(house, "DROP TRIGGER former_document_no_delete")
    execute(house, "DELETE FROM former_document")
    verified = call("journal", "verify", "--reconcile", "--dir", house)
    assert "table former_document, row v2 non-final" in verified.out
    assert "is missing" in verified.out


def test_person_and_reason_are_in_the_journal(house: Path, call: Call) -> None:
    call("permits", "rewrite", *BY, "--dir", house)
    found = call("journal", "search", "--operation", "PermitRewritten", "--dir", house, "--json")
    assert len(found.json) == 2
    shown = call("journal", "show", found.json[0]["id"], "--dir", house)
    assert "A. Machel" in shown.out and "rules of today" in shown.out


def test_a_permit_that_differs_from_its_record_is_refused(house: Path, call: Call) -> None:
    execute(house, "UPDATE ledger_line SET confirmed_at_export = 0 WHERE confirmed_at_export > 0")
    answer = call("permits", "rewrite", *BY, "--dir", house)
    assert answer.status == 1
    assert f"✗ MZ/ANAC {IMPORT}: Permit MZ ANAC {IMPORT}: table ledger_line" in answer.out
    assert f"✓ Permits written anew: 1 of {COUNT}." in answer.out
    assert "Permits that are left as they were: 1." in answer.out
    ledger = call("ledger", "show", "MZ", IMPORT, "--dir", house)
    assert ledger.status != 0


def test_a_loss_note_that_was_altered_is_found(directory: Path, call: Call) -> None:
    call("publish", SANDBOX, "--dir", directory)
    execute(directory, "UPDATE loss_note SET value = 'nothing'")
    answer = call("journal", "verify", "--reconcile", "--dir", directory)
    assert answer.status != 0
    assert "table loss_note, row v1 non-final 0: value is 'nothing'" in answer.out


def test_who_answers_for_it_is_asked(house: Path, call: Call) -> None:
    assert call("permits", "rewrite", "--dir", house).status == 2
