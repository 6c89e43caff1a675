"""How do records of the journal look on a terminal, and as JSON? Never with a token."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table

from gateway.cli.console import plain
from gateway.exchange.journal_heads import Statement
from gateway.exchange.ports import Exchange
from gateway.exchange.verify_journal import Checked, Flaw

_COLUMNS = ("Began (UTC)", "Way", "Operation", "Partner", "Permit", "Outcome", "Id")
_SECRET = re.compile(
    r"(<(?:[^<>\s:/]+:)?(?P<name>TokenId|Password)(?:\s[^>]*)?>).*?(?=</(?:[^<>\s:/]+:)?(?P=name)\s*>|\Z)", re.DOTALL
)


def view(found: Sequence[Exchange]) -> Table:
    """One row for each."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, overflow="fold")
    for exchange in found:
        row = (
            f"{exchange.began_at:%Y-%m-%d %H:%M:%S}", exchange.direction, exchange.operation or "-",
            exchange.caller or exchange.callee or "-", exchange.permit_number or "-", exchange.outcome, exchange.id,
        )  # fmt: skip
        table.add_row(*map(plain, row))
    return table


def whole(exchange: Exchange) -> Group:
    """Its facts and both messages."""
    facts = Table(box=None, show_header=False)
    for name, value in _facts(exchange).items():
        facts.add_row(name, plain(str(value or "-")))
    messages = (("Request", exchange.request), ("Answer", exchange.answer))
    return Group(facts, *(Panel(plain(_text(message)), title=name, title_align="left") for name, message in messages))


def as_json(exchange: Exchange, *, messages: bool = False) -> dict[str, object]:
    """Its facts. messages: with both of them, as text."""
    texts = {"request": _text(exchange.request), "answer": _text(exchange.answer)} if messages else {}
    return {**_facts(exchange), **texts}


@dataclass(slots=True)
class Tally:
    """What was verified so far, however much it is. newest: None before the first batch.

    stamped: the newest batch with a time-stamp that holds, and its moment.
    """

    batches: int = 0
    records: int = 0
    removed: int = 0
    unsigned: int = 0
    stamped: tuple[int, datetime] | None = None
    stamps_unjudged: int = 0
    signers: set[str] = field(default_factory=set)
    newest: Statement | None = None
    remarks: list[str] = field(default_factory=list)

    def count(self, checked: Checked) -> None:
        """One batch more."""
        self.batches += 1
        self.records += checked.statement.records
        self.removed += checked.removed
        self.newest = checked.statement
        self.remarks.extend(checked.remarks)
        if checked.stamped_at:
            self.stamped = checked.statement.batch, checked.stamped_at
        elif checked.is_stamped and not checked.flaws:
            self.stamps_unjudged += 1
        if checked.signer is None:
            self.unsigned += 1
        else:
            self.signers.add(checked.signer)


def summary(tally: Tally, flaws: Sequence[Flaw]) -> str:
    """What a person has to know of the whole."""
    verdict = "✗ The journal is not as it was sealed." if flaws else "✓ The journal is as it was sealed."
    if tally.newest is None:
        return verdict if flaws else "Nothing has been sealed yet."
    said = [
        verdict,
        f"  {tally.records} records in {tally.batches} batches, newest of {tally.newest.sealed_at}",
        f"  newest head: {tally.newest.batch} {tally.newest.digest}",
        *(f"  signed by {signer}" for signer in sorted(tally.signers)),
    ]
    if tally.stamped:
        said.append(f"  time-stamped up to head {tally.stamped[0]}: all of it was there at {tally.stamped[1]}")
    if tally.stamps_unjudged:
        said.append(f"  {tally.stamps_unjudged} time-stamps nobody could judge: [journal] names no timestamp_ca_file")
    if tally.removed:
        said.append(f"  {tally.removed} of the records were removed, as signed records of ours say")
    if tally.unsigned:
        said.append(f"  {tally.unsigned} heads without signature: whoever can write the database could make them anew")
    return "\n".join(said)


def verified_json(tally: Tally, flaws: Sequence[Flaw]) -> dict[str, object]:
    """The same for a program."""
    newest = tally.newest
    return {
        "holds": not flaws,
        "batches": tally.batches,
        "records": tally.records,
        "removed": tally.removed,
        "unsigned": tally.unsigned,
        "stamped": {"batch": tally.stamped[0], "at": tally.stamped[1].isoformat()} if tally.stamped else None,
        "stamps_unjudged": tally.stamps_unjudged,
        "signers": sorted(tally.signers),
        "newest": {"batch": newest.batch, "sha256": newest.digest, "sealed_at": newest.sealed_at} if newest else None,
        "remarks": tally.remarks,
        "flaws": [{"batch": flaw.batch, "record": flaw.record, "text": flaw.text} for flaw in flaws],
    }


def _facts(exchange: Exchange) -> dict[str, object]:
    return {
        "id": exchange.id,
        "direction": exchange.direction.value,
        "began_at": exchange.began_at.isoformat(),
        "ended_at": exchange.ended_at.isoformat(),
        "operation": exchange.operation,
        "caller": exchange.caller,
        "callee": exchange.callee,
        "fingerprint": exchange.fingerprint,
        "permit_number": exchange.permit_number,
        "outcome": exchange.outcome,
        "request_bytes": len(exchange.request),
        "answer_bytes": len(exchange.answer),
    }


def _text(message: bytes) -> str:
    """The message as text, tokens and passwords covered; of another encoding than UTF-8 nothing."""
    try:
        return _SECRET.sub(r"\1(covered)", message.decode())
    except UnicodeDecodeError:
        return f"({len(message)} bytes that are no UTF-8: --raw writes them into a file)"
