"""Heads of ours that a partner gives back: they find a roll-back, and cannot be invented."""

import json
from base64 import b64encode
from datetime import datetime

import pytest

from gateway.exchange.anchors.held_file import HeadsFile, LineInvalid, lines_of
from gateway.exchange.journal.noted_head import NotedHead
from tests.store.journal.heads_acts import Exchanging


def given_back(exchanging: Exchanging) -> HeadsFile:
    return HeadsFile(exchanging.journal.store.sealed_journal, lambda: exchanging.journal.verifier)


def as_a_partner_gives_back(exchanging: Exchanging, batch: int, **changes: str) -> str:
    """A line of the file that a partner makes of a head of ours."""
    head = exchanging.journal.store.sealed_journal.head(batch)
    fields = {
        "statement": b64encode(head.statement).decode(),
        "signature": b64encode(head.signature).decode(),
        "certificates": head.certificates.decode(),
    }
    return json.dumps(fields | changes)


def test_heads_that_come_back_find_a_roll_back(exchanging: Exchanging) -> None:
    for _ in range(4):
        exchanging.sealed()
    lines = [as_a_partner_gives_back(exchanging, batch) for batch in (1, 3, 4)]
    heads = given_back(exchanging)
    noted = heads.read([*lines, "", *lines])
    assert [head.batch for head in noted] == [1, 3, 4]
    assert list(heads.discrepancies(noted)) == []
    exchanging.journal.attack(
        "DELETE FROM journal_leaf WHERE batch > 2", "DELETE FROM journal_head WHERE batch > 2"
    )
    (flaw,) = heads.discrepancies(noted)
    assert "2 batches are missing, 2 records in them" in flaw.text
    assert "2 heads in the file" in flaw.text
    exchanging.sealed(), exchanging.sealed()
    (flaw,) = heads.discrepancies(noted)
    assert "Head 3 is not the one that was noted" in flaw.text


def test_a_partner_cannot_invent_a_head(exchanging: Exchanging) -> None:
    exchanging.sealed()
    heads = given_back(exchanging)
    invented = exchanging.chain(9)[8]
    statement = b64encode(invented.text()).decode()
    signed = exchanging.signed(invented.text())
    for line in (
        as_a_partner_gives_back(exchanging, 1, statement=statement),
        as_a_partner_gives_back(
            exchanging,
            1,
            statement=statement,
            signature=b64encode(signed.signature).decode(),
            certificates=signed.certificates.decode(),
        ),
    ):
        with pytest.raises(LineInvalid, match="Line 1 is no head that we signed"):
            heads.read([line])
    for line in ("{", "{}", "x", '{"statement": 1}', "{" + " " * 40_000 + "}", "\ud800"):
        with pytest.raises(LineInvalid, match="Line 2 is no head"):
            heads.read(["", line])


def test_the_file_for_a_partner_is_one_that_it_can_read(exchanging: Exchanging) -> None:
    head = exchanging.chain(1)[0]
    exchanging.receives(head)
    (line,) = lines_of(exchanging.journal.store.head_archive.held("za"))
    owner = HeadsFile(exchanging.journal.store.sealed_journal, lambda: exchanging.verifier)
    assert owner.read([line]) == [NotedHead.of(head)]
    assert datetime.fromisoformat(json.loads(line)["received_at"]) == exchanging.journal.now
