"""How do records of the journal look on a terminal, and as JSON? Never with a token."""

import re
from collections.abc import Sequence

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table

from gateway.cli.console import plain
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


def summary(checked: Sequence[Checked], flaws: Sequence[Flaw]) -> str:
    """What a person has to know of the whole."""
    if not checked:
        return "Nothing has been sealed yet." if not flaws else "✗ The journal is not as it was sealed."
    newest = checked[-1].statement
    unsigned = sum(each.signer is None for each in checked)
    signers = sorted({each.signer for each in checked if each.signer})
    said = [
        "✗ The journal is not as it was sealed." if flaws else "✓ The journal is as it was sealed.",
        f"  {sum(each.statement.records for each in checked)} records in {len(checked)} batches, newest of"
        f" {newest.sealed_at}",
        f"  newest head: {newest.batch} {newest.digest}",
        *(f"  signed by {signer}" for signer in signers),
    ]
    if unsigned:
        said.append(f"  {unsigned} heads without signature: whoever can write the database could have made them anew")
    return "\n".join(said)


def verified_json(checked: Sequence[Checked], flaws: Sequence[Flaw]) -> dict[str, object]:
    """The same for a program."""
    newest = checked[-1].statement if checked else None
    return {
        "holds": not flaws,
        "batches": len(checked),
        "records": sum(each.statement.records for each in checked),
        "unsigned": sum(each.signer is None for each in checked),
        "signers": sorted({each.signer for each in checked if each.signer}),
        "newest": {"batch": newest.batch, "sha256": newest.digest, "sealed_at": newest.sealed_at} if newest else None,
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
