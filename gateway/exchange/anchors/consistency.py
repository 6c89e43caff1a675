"""Consistency of a partner's heads: each new one is compared with those that are held of it.

Heads of one journal are numbered and chained. A head that is signed by the partner and does not fit
an earlier one that is signed by it too proves that its journal was rolled back, written anew or
exchanged for another.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.exchange.journal.heads import Statement, statement_of, went_back
from gateway.exchange.ports import HeldHead

_UNDER_WAY = timedelta(minutes=2)
"""Age up to which an older head may come after a newer one: of another node, or a slow message."""


def contradiction(
    new: Statement, newest: HeldHead, around: Sequence[HeldHead], now: datetime
) -> str | None:
    """What shows that the partner's history changed, as a sentence; None where nothing does.

    newest: the head of the partner that was held last.
    around: heads held of this journal and batch, and of the batch before and after.
    """
    if new.journal != newest.journal:
        return (
            f"Head {new.batch} is of another journal than head {newest.batch}, which is held here:"
            " it began anew."
        )
    same = [held for held in around if held.batch == new.batch]
    if any(held.digest == new.digest for held in same):
        if new.batch < newest.batch and now - newest.received_at > _UNDER_WAY:
            return (
                f"Head {new.batch} came as the newest, and head {newest.batch} is held here: the"
                " journal was rolled back."
            )
        return None
    if same:
        return f"Head {new.batch} is not the head {new.batch} that is held here: it was made anew."
    return _unchained(new, around) or _out_of_order(new, newest, now)


def _unchained(new: Statement, around: Sequence[HeldHead]) -> str | None:
    before = {held.digest for held in around if held.batch == new.batch - 1}
    after = {
        statement_of(held.signed.statement).previous
        for held in around
        if held.batch == new.batch + 1
    }
    if before and new.previous not in before:
        return f"Head {new.batch} does not follow head {new.batch - 1}, which is held here."
    if after and new.digest not in after:
        return f"Head {new.batch + 1}, which is held here, does not follow head {new.batch}."
    return None


def _out_of_order(new: Statement, newest: HeldHead, now: datetime) -> str | None:
    last = statement_of(newest.signed.statement)
    if new.batch > last.batch:
        if new.total < last.total:
            return (
                f"Head {new.batch} counts {new.total} records in all; head {last.batch}, which is"
                f" held here, counts {last.total}."
            )
        return None
    late = went_back(new.sealed_at, last.sealed_at)
    if late or new.total > last.total or now - newest.received_at > _UNDER_WAY:
        return (
            f"Head {new.batch} came after head {last.batch}, which is held here: the journal was"
            " rolled back to before it."
        )
    return None
