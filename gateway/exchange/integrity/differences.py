"""Differences between the rows of a permit and its newest record, each named by table and row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.errors import TrustRefused
from gateway.exchange.integrity.permit_record import is_signed, permit_record_of
from gateway.exchange.ports import HeadVerifier, PermitRows, State

_Columns = Mapping[str, str | int | None]


class RowsStatus(StrEnum):
    """What the newest record says of a permit's rows."""

    INTACT = "intact"
    UNRECORDED = "unrecorded"
    """No record of a key of ours tells of the permit, and none contradicts it."""
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Judgement:
    """RowsStatus of a permit. differences: a sentence for each; none unless it is altered."""

    status: RowsStatus
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompareRows:
    """Compares rows with records.

    has_key: whether a signing key is configured, so that a record without signature, which anybody
    can write who can write the database, vouches for nothing.
    """

    verifier: HeadVerifier
    has_key: bool

    def judge(self, rows: PermitRows) -> Judgement:
        """Return the status of the rows of a permit by its newest record."""
        if rows.recorded is None:
            return Judgement(RowsStatus.UNRECORDED)
        if rows.record is None:
            return _altered(
                f"table permit_record names a record for revision {rows.recorded}, and the journal"
                " has none that can be read"
            )
        try:
            record = permit_record_of(rows.record)
            signed = is_signed(rows.record, self.verifier)
        except ValueError:
            return _altered(f"its record {rows.record.id} is not as it was written")
        except TrustRefused as refused:
            return _altered(f"its record {rows.record.id} was forged: {refused}")
        if self.has_key and rows.signed_before:
            return _altered(
                f"its record {rows.record.id} has no signature, although earlier ones have: it was"
                " forged"
            )
        found = list(differences(record.state, rows.state))
        if not record.revision == rows.recorded == rows.revision:
            found.insert(
                0,
                f"table permit: revision is {rows.revision}; recorded is {record.revision}"
                f" ({record.event} at {record.at})",
            )
        if found:
            return _altered(*found)
        return Judgement(RowsStatus.INTACT if signed or not self.has_key else RowsStatus.UNRECORDED)


def differences(expected: State, found: State) -> Iterator[str]:
    """Yield a sentence for each row that is missing, was added, or is another."""
    for table in sorted({*expected, *found}):
        before, now = expected.get(table, {}), found.get(table, {})
        for key in sorted({*before, *now}):
            where = f"table {table}{f', row {key}' if key else ''}"
            if key not in now:
                yield f"{where}: is missing; recorded is {_shown(before[key])}"
            elif key not in before:
                yield f"{where}: was added; it says {_shown(now[key])}"
            else:
                yield from (f"{where}: {text}" for text in _changed(before[key], now[key]))


def _changed(before: _Columns, now: _Columns) -> Iterator[str]:
    for column in sorted({*before, *now}):
        if before.get(column) != now.get(column):
            yield f"{column} is {now.get(column)!r}; recorded is {before.get(column)!r}"


def _shown(columns: _Columns) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in columns.items() if value is not None)


def _altered(*texts: str) -> Judgement:
    return Judgement(RowsStatus.ALTERED, texts)
