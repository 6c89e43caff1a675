"""Shared mismatches in the database: each is read, decided and stored in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, func, select

from gateway.domain.report.mismatch import Line
from gateway.domain.report.shared import (
    Act,
    ActingPerson,
    ActKind,
    Delivery,
    Figure,
    PersonRole,
    SharedMismatch,
)
from gateway.exchange.ports.report.shared import PartnerSharing, SharedChange, WaitingShare
from gateway.store.database.errors import guarded, readable
from gateway.store.database.locks import wait_in_transaction
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.journal.rows import values_of
from gateway.store.report.settlements import SETTLING, row_of
from gateway.store.tables import (
    exchange,
    mismatch_act,
    mismatch_partner,
    mismatch_settlement,
)
from gateway.store.tables import shared_mismatch as table

_CHANGING = (
    *("ours", "ours_as_of", "theirs", "theirs_as_of"),
    *("waits_since", "due_at", "attempts", "outcome"),
)


class SqlSharedMismatches:
    """The port `SharedMismatches`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def update(
        self,
        partner: str,
        line: Line,
        decide: Callable[[SharedMismatch | None], SharedChange | None],
    ) -> SharedMismatch | None:
        """See the port."""
        with guarded(), readable(), self._writing.begin() as connection:
            wait_in_transaction(connection, SETTLING)
            stored = next(iter(_found(connection, _of_line(partner, line))), None)
            change = decide(stored)
            if change is None:
                return stored
            _store(connection, stored, change)
            return change.mismatch

    def get(self, identity: str) -> SharedMismatch | None:
        """See the port."""
        return next(iter(self._all(table.c.id == identity)), None)

    def find(self, partner: str, line: Line) -> SharedMismatch | None:
        """See the port."""
        return next(iter(self._all(_of_line(partner, line))), None)

    def after(self, identity: str, most: int, partner: str | None = None) -> list[SharedMismatch]:
        """See the port."""
        which = table.c.id > identity
        if partner is not None:
            which = and_(which, table.c.partner == partner)
        return self._all(which, select(table).limit(most))

    def due(self, partner: str, now: datetime, most: int) -> list[SharedMismatch]:
        """See the port."""
        which = and_(table.c.partner == partner, table.c.due_at <= in_utc(now))
        return self._all(which, select(table).limit(most))

    def waiting(self, before: datetime) -> Sequence[WaitingShare]:
        """See the port."""
        query = (
            select(table.c.partner, func.count(), func.min(table.c.waits_since))
            .where(table.c.waits_since < in_utc(before))
            .group_by(table.c.partner)
            .order_by(table.c.partner)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                WaitingShare(partner, count, datetime.fromisoformat(since))
                for partner, count, since in connection.execute(query)
            ]

    def partners(self) -> Mapping[str, PartnerSharing]:
        """See the port."""
        with guarded(), readable(), self._reading.connect() as connection:
            return {
                row.partner: PartnerSharing(row.outcome, datetime.fromisoformat(row.at))
                for row in connection.execute(select(mismatch_partner))
            }

    def note(self, partner: str, state: PartnerSharing) -> None:
        """See the port."""
        noted = {"outcome": state.outcome, "at": in_utc(state.at)}
        with guarded(), self._writing.begin() as connection:
            statement = upsert(connection, mismatch_partner).values(partner=partner, **noted)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["partner"], set_=noted)
            )

    def _all(
        self, which: ColumnElement[bool], query: Select[Any] | None = None
    ) -> list[SharedMismatch]:
        with guarded(), readable(), self._reading.connect() as connection:
            return _found(connection, which, query)


def _of_line(partner: str, line: Line) -> ColumnElement[bool]:
    return and_(
        table.c.partner == partner,
        table.c.issuer == line.issuer,
        table.c.permit_number == line.number,
        table.c.position == line.position,
    )


def _found(
    connection: Connection, which: ColumnElement[bool], query: Select[Any] | None = None
) -> list[SharedMismatch]:
    base = select(table) if query is None else query
    rows = connection.execute(base.where(which).order_by(table.c.id)).all()
    acts = defaultdict[str, list[Act]](list)
    of_them = mismatch_act.c.mismatch_id.in_([row.id for row in rows])
    ordered = mismatch_act.c.version, mismatch_act.c.at
    for row in connection.execute(select(mismatch_act).where(of_them).order_by(*ordered)):
        acts[row.mismatch_id].append(_act(row))
    return [_shared(row, tuple(acts[row.id])) for row in rows]


def _store(connection: Connection, before: SharedMismatch | None, change: SharedChange) -> None:
    after = change.mismatch
    row = _row(after)
    if before is None:
        connection.execute(table.insert(), row)
    else:
        changed = {name: row[name] for name in _CHANGING}
        connection.execute(table.update().where(table.c.id == after.id), changed)
    known = {act.id: act for act in before.acts} if before else {}
    for act in after.acts:
        if act.id not in known:
            connection.execute(mismatch_act.insert(), _act_row(after, act))
        elif known[act.id] != act:
            decided = {"taken_at": _text(act.taken_at), "refusal": act.refusal}
            one = and_(mismatch_act.c.mismatch_id == after.id, mismatch_act.c.act_id == act.id)
            connection.execute(mismatch_act.update().where(one), decided)
    if change.settlement:
        connection.execute(mismatch_settlement.insert(), row_of(change.settlement))
    for record in change.records:
        connection.execute(exchange.insert(), values_of(record))


def _row(shared: SharedMismatch) -> dict[str, object]:
    theirs, delivery = shared.theirs, shared.delivery
    return {
        "id": shared.id,
        "partner": shared.partner,
        "issuer": shared.line.issuer,
        "permit_number": shared.line.number,
        "position": shared.line.position,
        "ours": shared.ours.quantity,
        "ours_as_of": in_utc(shared.ours.as_of),
        "theirs": theirs.quantity if theirs else None,
        "theirs_as_of": in_utc(theirs.as_of) if theirs else None,
        "waits_since": _text(shared.waits_since),
        "due_at": _text(delivery.due_at),
        "attempts": delivery.attempts,
        "outcome": delivery.outcome,
    }


def _act_row(shared: SharedMismatch, act: Act) -> dict[str, object]:
    seen = act.seen or (None, None)
    return {
        "mismatch_id": shared.id,
        "act_id": act.id,
        "version": act.version,
        "kind": act.kind.value,
        "ours": act.ours,
        "quantity": act.quantity,
        "role": act.by.role.value,
        "authority": act.by.authority,
        "reason": act.by.reason,
        "person": act.by.name,
        "at": in_utc(act.at),
        "seen_ours": seen[0],
        "seen_theirs": seen[1],
        "taken_at": _text(act.taken_at),
        "refusal": act.refusal,
    }


def _shared(row: Row[Any], acts: tuple[Act, ...]) -> SharedMismatch:
    theirs = None
    if row.theirs_as_of is not None:
        theirs = Figure(row.theirs, datetime.fromisoformat(row.theirs_as_of))
    return SharedMismatch(
        row.id,
        row.partner,
        Line(row.issuer, row.permit_number, row.position),
        Figure(row.ours, datetime.fromisoformat(row.ours_as_of)),
        theirs,
        acts,
        Delivery(_moment(row.due_at), row.attempts, row.outcome),
    )


def _act(row: Row[Any]) -> Act:
    return Act(
        row.act_id,
        row.version,
        ActKind(row.kind),
        row.ours,
        row.quantity,
        ActingPerson(PersonRole(row.role), row.authority, row.reason, row.person),
        datetime.fromisoformat(row.at),
        (row.seen_ours, row.seen_theirs) if row.seen_ours is not None else None,
        _moment(row.taken_at),
        row.refusal,
    )


def _text(at: datetime | None) -> str | None:
    return in_utc(at) if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
