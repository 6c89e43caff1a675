"""A thief with the database and without keys: each edit is found by name, and sealed by nobody.

Found by `journal verify --reconcile`. Only putting a whole older copy in place is not: that needs a
head that was noted elsewhere. On PostgreSQL, the short form of these tests has one edit.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import product

import pytest

from gateway.domain.errors import PermitAltered
from gateway.domain.partner import OperationName
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.ports import JournalFilter
from tests.databases import POSTGRESQL, SQLITE, both_in_long_form, empty_database
from tests.hostile.database_edits import (
    DOC,
    EDITS,
    ON_SERVER,
    P,
    copied_permit,
    deleted_confirmation,
    forged_box_11,
)
from tests.hostile.database_thief import (
    NUMBER,
    OFFICER,
    ZA,
    Answer,
    Rows,
    Victim,
    run,
    token_of,
    victim,
)
from tests.long_haul import thinned

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def victims(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], tuple[Victim, Rows]]]:
    """Makes the gateway of each kind of database once, with a copy of its rows."""
    with ExitStack() as databases:

        @cache
        def of(kind: str) -> tuple[Victim, Rows]:
            folder = tmp_path_factory.mktemp("victim")
            url = databases.enter_context(empty_database(folder, kind))
            attacked = victim(folder / "mz", url)
            databases.callback(attacked.engine.dispose)
            return attacked, attacked.rows()

        yield of


@pytest.fixture(params=both_in_long_form(SQLITE))
def robbed(
    request: pytest.FixtureRequest, victims: Callable[[str], tuple[Victim, Rows]]
) -> Iterator[Victim]:
    attacked, rows = victims(request.param)
    yield attacked
    attacked.put_back(rows)


def verify(robbed: Victim, *words: str) -> Answer:
    return run("journal", "verify", "--reconcile", *words, "--dir", robbed.directory)


def test_a_gateway_that_nobody_robbed_is_reconciled(robbed: Victim) -> None:
    found = verify(robbed)
    assert found.status == 0, found.out
    assert "Every recorded permit is what was recorded of it" in found.out


@pytest.mark.parametrize(
    ("robbed", "edit"),
    [
        *product([SQLITE], EDITS),
        *product(
            [POSTGRESQL], thinned(ON_SERVER, short=["a permit and its record are changed alike"])
        ),
    ],
    indirect=["robbed"],
)
def test_an_edit_is_found_by_name(robbed: Victim, edit: str) -> None:
    attack, said = EDITS[edit]
    attack(robbed)
    found = verify(robbed)
    assert found.status == 54, found.out
    for words in said:
        assert words in found.out, found.out


def test_of_a_forged_permit_nothing_is_derived_and_nothing_sealed(robbed: Victim) -> None:
    """Box 11 of a line is raised, and the partner confirms the other: the permit would be final."""
    forged_box_11(robbed)
    before = robbed.one("SELECT count(*) FROM document")
    with pytest.raises(PermitAltered, match="table ledger_line, row A: authorised is 9200000000"):
        robbed.confirm(NUMBER, B="850.5")
    assert robbed.one("SELECT count(*) FROM document") == before
    assert robbed.one(f"SELECT count(*) FROM confirmation WHERE permit_id = {P}") == 1
    assert robbed.one("SELECT count(*) FROM exchange WHERE operation = 'PermitSuspended'") == 1


def test_a_key_that_seals_is_recorded_once_with_its_fingerprint(robbed: Victim) -> None:
    with robbed.open() as gateway:
        record = gateway.integrity.key_record
        assert (record.record(), record.record()) == (True, False)
        signer = gateway.keys.head_signer
        (told,) = gateway.store.journal.search(JournalFilter(operation="SealingKeyUsed"), 5)
        assert signer is not None
        assert signer.fingerprint.encode() in told.request


def test_a_suspended_permit_is_answered_to_nobody_until_it_is_as_recorded(
    robbed: Victim, caplog: pytest.LogCaptureFixture
) -> None:
    """Found in the background; put right by hand, it is answered again."""
    before = robbed.one(f"SELECT content FROM permit WHERE id = {P}")
    robbed.attack(f"""UPDATE permit SET content = replace(content, '"T"', '"Z"') WHERE id = {P}""")
    with robbed.open() as gateway:
        gateway.integrity.watch.round()
        errors = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
        assert any("suspended" in error and NUMBER in error for error in errors)
        answering = gateway.service.use_cases.answer_certificate
        ask = (OperationName.GET_NON_FINAL, NUMBER, token_of(NUMBER), "MZ", ZA, "v2")
        with pytest.raises(PermitAltered):
            answering.answer(*ask)
        assert gateway.service.use_cases.service_state.report(None, ZA).state == "DEGRADED"
    quoted = before.replace("'", "''").replace(":", "\\:")
    robbed.attack(f"UPDATE permit SET content = '{quoted}' WHERE id = {P}")
    with robbed.open() as gateway:
        gateway.integrity.watch.round()
        assert gateway.service.use_cases.answer_certificate.answer(*ask).document


def test_a_permit_that_lost_its_seal_is_not_sealed_again(robbed: Victim) -> None:
    robbed.attack(f"UPDATE document SET seal_id = NULL WHERE {DOC}")
    refused = run("seal", "issued", "--dir", robbed.directory)
    assert refused.status == 54
    assert f"Permit MZ ANAC {NUMBER}: table document, row v2 non-final: seal is None" in refused.err
    assert robbed.one(f"SELECT count(*) FROM document WHERE {DOC} AND seal_id IS NULL") == 1
    assert robbed.one("SELECT count(*) FROM exchange WHERE operation = 'PermitSuspended'") == 1


def test_an_altered_permit_is_not_shown_as_ours_and_not_published_over(robbed: Victim) -> None:
    deleted_confirmation(robbed)
    shown = run("ledger", "show", "MZ", NUMBER, "--dir", robbed.directory)
    assert shown.status == 54
    assert "table confirmation" in shown.err
    with robbed.open() as gateway, pytest.raises(PermitAltered):
        gateway.permits.ledger.close(PermitName("MZ", NUMBER), OFFICER)


def test_a_person_adopts_a_suspended_permit_by_its_number(robbed: Victim) -> None:
    deleted_confirmation(robbed)
    words = ("--person", "A. Cossa", "--reason", "restored by hand", "--dir", robbed.directory)
    assert run("journal", "adopt", *words).status == 1
    done = run("journal", "adopt", "--permit", NUMBER, *words)
    assert done.status == 0, done.err
    assert f"Permit MZ ANAC {NUMBER}: table confirmation" in done.out
    assert run("ledger", "show", "MZ", NUMBER, "--dir", robbed.directory).status == 0


def test_permits_of_before_are_named_as_such_until_they_are_adopted(robbed: Victim) -> None:
    """The tables are those of a gateway that kept no records; its permits are sealed."""
    with robbed.open() as gateway:
        records = gateway.store.integrity.records("", 10_000)[1]
        ids = ", ".join(f"'{each.id}'" for each in records if each.direction == "own")
    robbed.attack(
        "DELETE FROM permit_record",
        f"DELETE FROM exchange WHERE id IN ({ids})",
        "DELETE FROM journal_leaf",
        "DELETE FROM journal_head",
    )
    robbed.seal_journal()
    found = verify(robbed)
    assert found.status == 55, found.out
    assert "NOT ADOPTED: 16 permits" in found.out
    robbed.confirm(NUMBER, B="850.5")  # its seals vouch for it
    words = ("--person", "A. Cossa", "--reason", "compared", "--dir", robbed.directory)
    adopted = run("journal", "adopt", *words)
    assert "Permits adopted, as A. Cossa answers for: 15" in adopted.out, adopted.out
    assert verify(robbed).status == 0
    copied_permit(robbed)
    assert verify(robbed).status == 54
    again = run("journal", "adopt", *words)
    assert (again.status, "adopted already" in again.err) == (28, True)


def test_an_older_copy_of_the_database_is_found_by_the_noted_head_alone(robbed: Victim) -> None:
    before = robbed.rows()
    robbed.confirm(NUMBER, B="850.5")
    robbed.seal_journal()
    head = run("journal", "head", "--dir", robbed.directory).out.strip()
    robbed.put_back(before)
    unseen = verify(robbed)
    assert unseen.status == 0
    assert "NOT CHECKED" in unseen.out
    found = verify(robbed, "--expected-head", head)
    assert found.status == 1
    assert "It was rolled back or emptied" in found.out
