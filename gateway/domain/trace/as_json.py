"""JSON form of a trace: values for a program, as the command and the JSON API give them."""

from gateway.domain.permit.position import CitesPosition
from gateway.domain.trace.balance import Balance
from gateway.domain.trace.held import HeldDocument
from gateway.domain.trace.trace import Trace
from gateway.domain.trace.tree import Node, Place


def as_json(trace: Trace) -> dict[str, object]:
    """Return the values of a trace. Quantities are texts with their unit, moments ISO 8601."""
    return {
        "tree": _node(trace.root),
        "other_reexports": [
            {"country": name.country, "number": name.number, "at_hand": _is_held(found)}
            for name, found in trace.others
        ],
        "more_other_reexports": trace.more_others,
        "closes": trace.closes,
        "chains": [
            {
                "line": chain.position,
                "path": list(map(str, chain.path)),
                "end": chain.end.value,
                "closes": chain.closes,
                "reason": chain.missing.reason.value if chain.missing else None,
            }
            for chain in trace.chains
        ],
        "balances": [_balance(balance) for balance in trace.balances],
        "questions": trace.questions,
    }


def _is_held(found: object) -> bool:
    return isinstance(found, HeldDocument)


def _node(node: Node) -> dict[str, object]:
    held, missing, named = node.held, node.missing, node.named
    return {
        "country": node.name.country,
        "number": node.name.number,
        "box": named.box if named else None,
        "lines_above": list(named.positions) if named else [],
        "day_differs": node.day_differs,
        "place": node.place.value,
        "known": held.knowledge.value if held else None,
        "at": held.at.isoformat() if held and held.at else None,
        "status": held.status.value if held and held.status else None,
        "not_at_hand": missing.reason.value if missing else None,
        "code": missing.code if missing else None,
        "lines": [_json_line(held, line) for line in held.permit.positions]
        if held and node.place is Place.HERE
        else [],
        "documents": [_node(child) for child in node.children],
    }


def _json_line(held: HeldDocument, line: CitesPosition) -> dict[str, object]:
    out, came = held.went_out(line), held.came_in(line)
    return {
        "line": line.id,
        "scientific_name": line.scientific_name,
        "term": line.term,
        "went_out": str(out[0]) if out else None,
        "went_out_basis": out[1].value if out else None,
        "came_in": str(came[0]) if came else None,
        "came_in_basis": came[1].value if came else None,
    }


def _balance(balance: Balance) -> dict[str, object]:
    return {
        "country": balance.document.country,
        "number": balance.document.number,
        "lines": list(balance.letters),
        "scientific_name": balance.scientific_name,
        "term": balance.term,
        "standing": balance.standing.value,
        "came_in": str(balance.came_in) if balance.came_in else None,
        "bases": sorted(basis.value for basis in balance.bases),
        "went_out": str(balance.went_out) if balance.went_out else None,
        "excess": str(balance.excess) if balance.excess else None,
        "path": list(map(str, balance.path)),
        "reexports": [
            {
                "country": use.name.country,
                "number": use.name.number,
                "line": use.position,
                "quantity": str(use.quantity) if use.quantity else None,
                "basis": use.basis.value if use.basis else None,
            }
            for use in balance.uses
        ],
    }
