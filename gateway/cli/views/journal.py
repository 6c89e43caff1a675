"""View of journal records, on a terminal and as JSON. Tokens and passwords are never shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Group
from rich.panel import Panel
from rich.table import Table

from gateway.cli.console import laid_out, plain
from gateway.cli.views.explaining.xml_layout import indented
from gateway.cli.views.tables import Records
from gateway.exchange.journal.heads import Statement
from gateway.exchange.journal.message_retention import digest_in
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.journal.verify import CheckedBatch, Flaw
from gateway.exchange.ports import Exchange

_COLUMNS = ("Began (UTC)", "Way", "Operation", "Partner", "Permit", "Outcome", "Id")
_IDENTIFIERS = frozenset(("Partner", "Permit", "Outcome", "Id"))
ROLL_BACK_NOT_CHECKED = (
    "! NOT CHECKED: whether the journal was rolled back or emptied. A journal cut off at its end"
    " looks whole. Name the head that you noted elsewhere (`epix-gateway journal head`) with"
    " --expected-head, or a file of heads kept elsewhere with --expected-heads."
)
_SECRET = re.compile(
    r"(<(?:[^<>\s:/]+:)?(?P<name>TokenId|Password)(?:\s[^>]*)?>).*?(?=</(?:[^<>\s:/]+:)?(?P=name)\s*>|\Z)",
    re.DOTALL,
)


def view(found: Sequence[Exchange]) -> Records:
    """A row for each exchange."""
    table = Records(_COLUMNS, _IDENTIFIERS)
    for exchange in found:
        row = (
            f"{exchange.began_at:%Y-%m-%d %H:%M:%S}",
            exchange.direction,
            exchange.operation or "-",
            exchange.caller or exchange.callee or "-",
            exchange.permit_number or "-",
            exchange.outcome,
            exchange.id,
        )
        table.add_row(*row)
    return table


def whole(exchange: Exchange) -> Group:
    """All attributes of an exchange, and both messages."""
    table = Table(box=None, show_header=False)
    for name, value in _attributes(exchange).items():
        table.add_row(name, "no" if value is False else plain(str(value or "-")))
    messages = (("Request", exchange.request), ("Answer", exchange.answer))
    return Group(
        table,
        *(
            Panel(laid_out(_lines(message)), title=name, title_align="left")
            for name, message in messages
        ),
    )


def as_json(exchange: Exchange, *, messages: bool = False) -> dict[str, object]:
    """The attributes of an exchange. messages: also both messages, as text."""
    texts = (
        {"request": _text(exchange.request), "answer": _text(exchange.answer)} if messages else {}
    )
    return {**_attributes(exchange), **texts}


@dataclass(slots=True)
class Tally:
    """Counts of a verification, of constant size. newest: None before the first batch.

    stamped: the newest batch with a valid time-stamp, and its moment.
    noted: head that has to be in the chain; None where none was named.
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
    noted: NotedHead | None = None

    def count(self, checked: CheckedBatch) -> None:
        """Add a batch."""
        self.batches += 1
        self.records += checked.statement.records
        self.removed += checked.removed
        self.newest = checked.statement
        self.remarks.extend(checked.remarks)
        if checked.timestamped_at:
            self.stamped = checked.statement.batch, checked.timestamped_at
        elif checked.has_timestamp and not checked.flaws:
            self.stamps_unjudged += 1
        if checked.signer is None:
            self.unsigned += 1
        else:
            self.signers.add(checked.signer)


def summary(tally: Tally, flaws: Sequence[Flaw]) -> list[str]:
    """Lines of the summary of a verification, for a person."""
    verdict = (
        "✗ The journal is not as it was sealed." if flaws else "✓ The journal is as it was sealed."
    )
    if tally.newest is None:
        return [verdict if flaws else "Nothing has been sealed yet."]
    lines = [
        verdict,
        f"  {tally.records} records in {tally.batches} batches, newest of {tally.newest.sealed_at}",
        f"  newest head: {NotedHead.of(tally.newest)}",
        *(f"  signed by {signer}" for signer in sorted(tally.signers)),
    ]
    if tally.noted and not flaws:
        lines.append(
            f"  head {tally.noted.batch} is the one that was noted: no roll-back before it"
        )
    if tally.stamped:
        lines.append(
            f"  time-stamped up to head {tally.stamped[0]}: all of it was there at"
            f" {tally.stamped[1]}"
        )
    if tally.stamps_unjudged:
        lines.append(
            f"  {tally.stamps_unjudged} time-stamps nobody could judge: [journal] names no"
            " timestamp_ca_file"
        )
    if tally.removed:
        lines.append(
            f"  {tally.removed} of the records were removed, as signed records of ours say"
        )
    if tally.unsigned:
        lines.append(
            f"  {tally.unsigned} heads without signature: whoever can write the database could make"
            " them anew"
        )
    return lines


def verified_json(tally: Tally, flaws: Sequence[Flaw]) -> dict[str, object]:
    """The same for a program."""
    newest = tally.newest
    return {
        "holds": not flaws,
        "roll_back_checked": tally.noted is not None,
        "batches": tally.batches,
        "records": tally.records,
        "removed": tally.removed,
        "unsigned": tally.unsigned,
        "stamped": (
            {"batch": tally.stamped[0], "at": tally.stamped[1].isoformat()}
            if tally.stamped
            else None
        ),
        "stamps_unjudged": tally.stamps_unjudged,
        "signers": sorted(tally.signers),
        "newest": (
            {"batch": newest.batch, "sha256": newest.digest, "sealed_at": newest.sealed_at}
            if newest
            else None
        ),
        "remarks": tally.remarks,
        "flaws": [
            {"batch": flaw.batch, "record": flaw.record, "text": flaw.text} for flaw in flaws
        ],
    }


def _attributes(exchange: Exchange) -> dict[str, object]:
    digest = digest_in(exchange.request)
    sent = (
        {
            "request_bytes": digest.size,
            "request_sha256": digest.sha256,
            "request_kept": False,
        }
        if digest
        else {"request_bytes": len(exchange.request)}
    )
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
        **sent,
        "answer_bytes": len(exchange.answer),
    }


def _lines(message: bytes) -> list[str]:
    """The lines of a message, an element a line, with tabulators as spaces."""
    return indented(_text(message).expandtabs(4))


def _text(message: bytes) -> str:
    """The message as text, tokens and passwords covered; a note for any encoding but UTF-8."""
    try:
        return _SECRET.sub(r"\1(covered)", message.decode())
    except UnicodeDecodeError:
        return f"({len(message)} bytes that are no UTF-8: --raw writes them into a file)"
