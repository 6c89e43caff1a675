"""View of a trace: the tree of documents, then chains, then sums by document and goods."""

from collections.abc import Iterator

from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.trace import words
from gateway.domain.trace.balance import Balance, BalanceState
from gateway.domain.trace.chain import Chain
from gateway.domain.trace.held import HeldDocument
from gateway.domain.trace.trace import Trace
from gateway.domain.trace.tree import Node
from gateway.exchange.trace.share import ChainShare

_STEP = "    "


def lines(trace: Trace) -> Iterator[str]:
    """The trace for a person."""
    yield from _node_lines(trace.root, "")
    if trace.others:
        yield "Other re-exports that name one of these documents:"
        for name, found in trace.others:
            state = _state(found) if isinstance(found, HeldDocument) else words.missing(found)
            yield f"  {name}: {state}"
    if trace.more_others:
        yield "  and more, which were not read: the sums are too small."
    for chain in trace.chains:
        yield f"Line {chain.position}: {words.way(chain)}. {_chain_end(chain)}"
    for balance in trace.balances:
        yield from _balance_lines(balance)


def _node_lines(node: Node, indent: str) -> Iterator[str]:
    named = node.named
    box = f"box {named.box} of lines {', '.join(named.positions)}: " if named else ""
    other_place = words.place(node)
    if other_place:
        yield f"{indent}{box}{node.name}. {other_place}"
        return
    if node.missing:
        yield f"{indent}{box}{node.name}. {words.missing(node.missing)}"
        return
    held = node.held
    if held is None:
        return
    yield f"{indent}{box}{node.name} ({held.permit.type.lower()}), {_state(held)}"
    if node.day_differs and named:
        yield f"{indent}  Another day of issue is stated there: {named.day}."
    for line in held.permit.positions:
        yield f"{indent}  {_line(held, line)}"
    for child in node.children:
        yield from _node_lines(child, indent + _STEP)


def _state(held: HeldDocument) -> str:
    status = f", {held.status.value}" if held.status else ""
    return f"{words.known_by(held)}{status}"


def _line(held: HeldDocument, line: CitesPosition) -> str:
    found = held.went_out(line)
    quantity = f"{found[0]} ({words.BASES[found[1]]})" if found else "quantity not known"
    goods = " ".join(filter(None, [line.scientific_name, line.term]))
    return f"{line.id}: {goods}, {quantity}"


def _chain_end(chain: Chain) -> str:
    return f"{words.chain(chain)}{f' {words.missing(chain.missing)}' if chain.missing else ''}"


def _balance_lines(balance: Balance) -> Iterator[str]:
    bases = ", ".join(map(str, words.basis_of(balance.bases)))
    came = f"{balance.came_in} came in ({bases})" if balance.came_in else "nothing comparable"
    mark = "TOO MUCH: " if balance.is_over else ""
    over = f" by {balance.excess}" if balance.excess else ""
    yield (
        f"{mark}{balance.document}, {balance.scientific_name} {balance.term}: {came},"
        f" {_amount(balance.went_out)} re-exported: {words.BALANCE_STATES[balance.standing]}{over}"
    )
    for use in balance.uses:
        basis = f" ({words.BASES[use.basis]})" if use.basis else ""
        yield f"  {use.name} line {use.position}: {_amount(use.quantity)}{basis}"
    if balance.is_over:
        yield f"  path: {words.way(balance)}"


def _amount(quantity: Quantity | None) -> str:
    return str(quantity) if quantity else "not known"


def share_lines(figure: ChainShare) -> Iterator[str]:
    """The figure of a year for a person."""
    if figure.share is None:
        yield f"We issued no re-export certificate in {figure.year}."
        return
    yield (
        f"{figure.closed} of {figure.reexports} re-exports of {figure.year} close:"
        f" {figure.share} %. No partner was asked; earlier answers were used."
    )
    for end, count in figure.ends.most_common():
        yield f"  {count} lines: {words.ENDS[end]}"
    for name in figure.passed:
        yield f"  {name}: {words.BALANCE_STATES[BalanceState.OVER]}"


def share_as_json(figure: ChainShare) -> dict[str, object]:
    """The figure for a program."""
    return {
        "year": figure.year,
        "reexports": figure.reexports,
        "closed": figure.closed,
        "share_percent": str(figure.share) if figure.share is not None else None,
        "lines_by_end": {end.value: count for end, count in figure.ends.items()},
        "not_closed": list(map(str, figure.not_closed)),
        "more_than_came_in": list(map(str, figure.passed)),
    }
