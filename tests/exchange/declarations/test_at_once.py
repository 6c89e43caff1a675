"""Acts and counts at the same moment: the last unit is used once; a change just before counts."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import Act, PermitUse, UseState, is_held, of_holder
from gateway.domain.errors import (
    CertificateCancelled,
    CertificateNotFound,
    GatewayError,
    InvalidRequest,
    PermitAltered,
    QuantityExceeded,
)
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.exchange.customs.count import CountedLine, CountQuantities, CountRefused
from gateway.exchange.declarations.acting import ActedBy
from gateway.exchange.permits.own_permits import OwnPermits
from gateway.exchange.permits.own_uses import own_uses
from gateway.exchange.service.served_authorities import ServedAuthorities
from tests.builders import a_permit
from tests.databases import BOTH, migrated_database
from tests.exchange.declarations.office import (
    CROCODILES,
    DFFE,
    NOON,
    OFFICER,
    RECOUNTED,
    Office,
    a_declaration,
    an_office,
    new_id,
)
from tests.fakes import Unrecorded
from tests.store.store_acts import a_published, publish

NUMBER = "ZA26EX000007"
FIVE = Quantity(Decimal(5), "NAR")


@pytest.fixture(params=BOTH)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    with migrated_database(tmp_path, request.param) as url, an_office(url) as office:
        office.at_hand["MZ"] = a_permit()
        yield office


def own_line(amount: str = "5", number: str = "26ZA1", letter: str = "A") -> CustomsDeclaration:
    quantity = Quantity(Decimal(amount), "NAR")
    line = DeclarationLine("1", "ZA", NUMBER, position=letter, quantity=quantity)
    return CustomsDeclaration(number, (line,))


def with_holder(office: Office, declaration: str, holder: str) -> None:
    """Change rows; with an empty holder they are as after `migrate --back-to` and forth again."""
    with office.store._engines.writing.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS declaration_use_no_update")
        change = "UPDATE declaration_use SET holder = ? WHERE declaration = ?"
        connection.exec_driver_sql(change, (holder, declaration))


def outcomes(*acts: Callable[[], object]) -> list[str]:
    """What acts at the same moment came to: the name of the error, or ok."""

    def of(act: Callable[[], object]) -> str:
        try:
            act()
        except (GatewayError, CountRefused) as error:
            return type(error).__name__
        return "ok"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(of, acts))


def meeting_after(read: Callable[..., Any]) -> Callable[..., Any]:
    """Reads what is free, and waits a while for another who has read it too, before it returns.

    Under the lock nobody else comes: the wait ends by itself.
    """
    both = Barrier(2)

    def reading(*words: object) -> Any:
        found = read(*words)
        with suppress(BrokenBarrierError):
            both.wait(0.5)
        return found

    return reading


def test_two_systems_that_count_the_last_units_at_once(shared: Office) -> None:
    booking = shared.act.confirm.book()
    free = SimpleNamespace(known=booking.free.known, require=meeting_after(booking.free.require))
    booking = replace(booking, free=free)  # type: ignore[arg-type]

    def count(amount: str) -> None:
        booking.book(*CROCODILES, None, [SeenQuantity("A", amount)], "T. Nkosi")

    found = outcomes(lambda: count("4"), lambda: count("3"))
    assert found == ["QuantityExceeded", "ok"]
    assert len(shared.outbox()) == 1


def test_two_officers_who_count_the_last_units_at_once(shared: Office) -> None:
    counts = CountQuantities(
        SimpleNamespace(token_of=lambda _: None),  # type: ignore[arg-type]
        shared.act.confirm.book(),
        SimpleNamespace(use=meeting_after(shared.free.use)),  # type: ignore[arg-type]
        shared.store.begin_work,
        lambda: NOON,
        new_id,
    )

    def count(amount: str) -> None:
        shown = SimpleNamespace(
            permit=SimpleNamespace(permit=a_permit()),
            look_up=SimpleNamespace(country=CROCODILES[0], number=CROCODILES[1]),
        )
        counts.count(an_officer(), shown, {"A": CountedLine(amount)})  # type: ignore[arg-type]

    assert outcomes(lambda: count("4"), lambda: count("3")) == ["CountRefused", "ok"]
    assert len(shared.outbox()) == 1


def an_officer():  # type: ignore[no-untyped-def]
    from gateway.domain.people.person import Person
    from gateway.domain.people.roles import Grant, Role
    from gateway.exchange.customs.officer import Officer

    grants = frozenset({Grant(Role.CUSTOMS, "ZA/MA")})
    return Officer(Person(new_id(), "nkosi", "T. Nkosi", grants, NOON))


def test_a_count_and_a_declaration_share_what_is_free(office: Office) -> None:
    office.at_hand["MZ"] = a_permit()
    booking = office.act.confirm.book()
    office.reserve(a_declaration(A="3"))
    with pytest.raises(QuantityExceeded, match="Only 2 NAR of this line are free") as refused:
        booking.book(*CROCODILES, None, [SeenQuantity("A", "3")], "T. Nkosi")
    assert (refused.value.position, refused.value.box) == ("A", "14")
    booking.book(*CROCODILES, None, [SeenQuantity("A", "2")], "T. Nkosi")
    with pytest.raises(QuantityExceeded):
        office.amend(a_declaration(A="4"))


def after(office: Office, change: Callable[[PublishedPermit], PublishedPermit]) -> Office:
    """The office, whose permit is changed after an act has looked and before it begins to store."""
    begin = office.store.begin_work

    @contextmanager
    def begin_work():  # type: ignore[no-untyped-def]
        with begin() as work:
            stored = work.permits.get(DFFE, CertificateNumber(NUMBER))
            assert stored
            work.permits.change(stored, change(stored.published), {})
            work.commit()
        with begin() as work:
            yield work

    office.__dict__["act"] = replace(office.act, begin_work=begin_work)
    return office


def fewer(published: PublishedPermit) -> PublishedPermit:
    """A new version whose line A has 3 specimens."""
    lines = tuple(
        replace(line, quantity=Quantity(Decimal(3), "NAR")) if line.id == "A" else line
        for line in published.permit.positions
    )
    return replace(published, permit=replace(published.permit, positions=lines))


def ended(published: PublishedPermit) -> PublishedPermit:
    return published.ended(Status.CANCELLED) if published.status.in_force else published


def test_a_version_that_is_published_a_moment_before_counts(office: Office) -> None:
    publish(office.store, a_published(NUMBER, DFFE), token_hash=None)
    changed = after(office, fewer)
    with pytest.raises(QuantityExceeded, match="of 3 NAR 3 are free"):
        changed.reserve(own_line("5"))
    assert changed.reserve(own_line("3")).uses[0].last.allowed == Quantity(Decimal(3), "NAR")


@pytest.mark.parametrize("act", ["reserve", "write_off"])
def test_a_permit_that_ends_a_moment_before_is_not_used(office: Office, act: str) -> None:
    publish(office.store, a_published(NUMBER, DFFE), token_hash=None)
    with pytest.raises(CertificateCancelled):
        getattr(after(office, ended), act)(own_line())
    assert list(office.store.declared.newest(9)) == []


@pytest.mark.slow
def test_what_is_reserved_is_written_off_by_the_permit_as_it_is_then(office: Office) -> None:
    publish(office.store, a_published(NUMBER, DFFE), token_hash=None)
    office.reserve(own_line("5"))
    ended_now = after(office, ended)
    for act in (
        lambda: ended_now.write_off(own_line("5")),
        lambda: ended_now.act.write_off_reserved("26ZA1", OFFICER, None),
    ):
        with pytest.raises(CertificateCancelled):
            act()
    assert ended_now.amend(own_line("4")).uses[0].held == 4  # less may be held
    with pytest.raises(CertificateCancelled):
        ended_now.amend(own_line("5"))
    released = ended_now.act.release("26ZA1", None, OFFICER)
    assert released.uses[0].state is UseState.RELEASED


@pytest.mark.slow
def test_a_smaller_version_bounds_what_was_reserved_before(office: Office) -> None:
    publish(office.store, a_published(NUMBER, DFFE), token_hash=None)
    office.reserve(own_line("5"))
    changed = after(office, fewer)
    for act in (
        lambda: changed.write_off(own_line("5")),
        lambda: changed.act.write_off_reserved("26ZA1", OFFICER, None),
    ):
        with pytest.raises(QuantityExceeded):
            act()
    assert changed.act.amend(own_line("2"), RECOUNTED).uses[0].held == 2
    with pytest.raises(QuantityExceeded, match="of 3 NAR 1 are free"):
        changed.amend(own_line("4"))


def test_a_permit_of_another_authority_of_the_country_is_out_of_reach(office: Office) -> None:
    other = Authority(IsoCountryCode("ZA"), "CAPE")
    own = OwnPermits(ServedAuthorities((DFFE, other)), Unrecorded())
    permits = replace(office.permits, own=own)
    entries = replace(office.act.entries, permits=permits)
    free = replace(office.free, permits=permits)
    act = replace(office.act, entries=entries, free=free)
    check = replace(office.check, permits=permits, free=free)
    publish(office.store, a_published(NUMBER, DFFE), token_hash=None)
    bound = ActedBy("ZA/CAPE", "A. Naidoo", own_alone=True)
    for use in (act.reserve, act.write_off):
        with pytest.raises(CertificateNotFound):
            use(own_line(), bound)
    found = check.check(own_line(), within="ZA/CAPE")
    assert (found.lines[0].position, found.agreement.value) == (None, "differs")
    assert check.check(own_line(), within="ZA/DFFE").lines[0].position == "A"
    assert act.reserve(own_line(), replace(bound, authority="ZA/DFFE")).changed


def test_permits_of_two_authorities_with_one_number_are_used_apart(office: Office) -> None:
    other = Authority(IsoCountryCode("ZA"), "CAPE")
    permits = replace(
        office.permits, own=OwnPermits(ServedAuthorities((DFFE, other)), Unrecorded())
    )
    free = replace(office.free, permits=permits)
    act = replace(office.act, entries=replace(office.act.entries, permits=permits), free=free)
    check = replace(office.check, permits=permits, free=free)
    publish(office.store, a_published(NUMBER, DFFE), token_hash=None)
    act.reserve(own_line("4", "26ZA1"), OFFICER)
    publish(office.store, a_published(NUMBER, other), token_hash=None)
    with pytest.raises(InvalidRequest, match="name one: DFFE or CAPE"):
        act.reserve(own_line("4", "26ZA2"), OFFICER)
    (line,) = own_line("4").lines
    cape = CustomsDeclaration("26ZA2", (replace(line, authority="CAPE"),))
    assert check.check(cape).agreement.value == "unknown"  # it states no species; nothing differs
    assert act.reserve(cape, OFFICER).changed[0].holder == "CAPE"
    of_dffe = CustomsDeclaration("26ZA3", (replace(line, authority="DFFE"),))
    with pytest.raises(QuantityExceeded):
        act.reserve(of_dffe, OFFICER)
    act.release("26ZA1", None, OFFICER)
    assert act.reserve(of_dffe, OFFICER).changed[0].holder == "DFFE"
    moved = CustomsDeclaration("26ZA3", (replace(line, authority="CAPE", position="B"),))
    same_line = CustomsDeclaration("26ZA3", (replace(line, authority="CAPE"),))
    for other_permit in (moved, same_line):
        for use in (act.reserve, act.write_off, act.amend):
            with pytest.raises(DeclarationInvalid, match="another authority before"):
                use(other_permit, OFFICER)
    with office.store.begin_work() as work:
        uses = [own_uses(work, a_published(NUMBER, authority)) for authority in (DFFE, other)]
    assert [{each.declaration for each in of} for of in uses] == [{"26ZA1", "26ZA3"}, {"26ZA2"}]
    act.release("26ZA3", None, OFFICER)
    with_holder(office, "26ZA2", "")
    with pytest.raises(QuantityExceeded):
        act.reserve(replace(of_dffe, number="26ZA4"), OFFICER)
    with_holder(office, "26ZA2", "DFFE")
    with pytest.raises(PermitAltered):
        act.reserve(replace(of_dffe, number="26ZA4"), OFFICER)


def test_a_history_from_before_the_holder_was_kept_counts_for_each_authority_as_a_whole(
    office: Office,
) -> None:
    publish(office.store, a_published(NUMBER, DFFE), token_hash=None)
    (known,) = office.act.reserve(own_line("4"), OFFICER).changed
    before = replace(known, holder="")
    written_off = replace(known, place=1, act=Act.WRITTEN_OFF, lapses_at=None)
    released = replace(written_off, act=Act.RELEASED)
    for holder in ("DFFE", "CAPE"):
        held = PermitUse.of(of_holder([before, written_off], holder), {})
        assert held.amount("A", UseState.WRITTEN_OFF, "NAR") == 4
        assert held.amount("A", UseState.RESERVED, "NAR") == 0
        assert not is_held(of_holder([before, released], holder))
    assert not of_holder([known, written_off], "CAPE")


def test_a_repeated_count_needs_nothing_free_and_counts_once(office: Office) -> None:
    """After an unknown outcome an officer confirms again; the partner answers what it has."""
    office.at_hand["MZ"] = a_permit()
    booking = office.act.confirm.book()

    def confirm(*lines: tuple[str, str]) -> None:
        seen = [SeenQuantity(letter, text) for letter, text in lines]
        booking.book(*CROCODILES, None, seen, "T. Nkosi")

    confirm(("A", "5"))
    confirm(("A", "5"))
    confirm(("A", "5.0"))
    assert len(office.outbox()) == 3
    with office.store.begin_work() as work:
        assert office.free.use(work, CROCODILES).counted == {"A": 5}
    with pytest.raises(QuantityExceeded, match="Only 0 NAR"):
        confirm(("A", "1"))


def test_a_count_that_repeats_a_declaration_is_counted_beside_it(office: Office) -> None:
    office.at_hand["MZ"] = a_permit()
    office.write_off(a_declaration(A="3"))
    office.act.confirm_now("26ZA1", OFFICER, None)
    with pytest.raises(QuantityExceeded, match="Only 2 NAR"):
        office.act.confirm.book().book(*CROCODILES, None, [SeenQuantity("A", "3")], "T. Nkosi")
