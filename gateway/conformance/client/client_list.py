"""List for a partner's client: items as data, ticked by the exchanges of a sandbox's journal.

The sandbox answers as every gateway does; its journal has each request with its outcome, so the
list needs no server of its own.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

from lxml import etree

from gateway.conformance.answers import NotReadable, local_name, parsed, text_at
from gateway.conformance.case import Case, CaseResult, Outcome, Weight
from gateway.conformance.exchange import Received, Sent
from gateway.conformance.masking import Mask
from gateway.exchange.ports import Exchange
from gateway.settings.conformance.sample_permits import PermitKind, SamplePermit

_PLACE = "client"
_NOT_SEEN = "The client did not do this while the list was open."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Sight that ticks an item: an exchange of an operation with an outcome.

    permit: kind of the permit, where the exchange names it; None: any.
    every_line: the confirmation names each line of the permit with its whole quantity.
    times: how many such exchanges.
    """

    operations: frozenset[str]
    outcomes: frozenset[str]
    permit: PermitKind | None = None
    every_line: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientItem:
    """An item. case: as reports show it.  never: outcomes that must not be seen, else empty."""

    case: Case
    sight: Sight | None = None
    never: frozenset[str] = frozenset()


@cache
def client_items() -> tuple[ClientItem, ...]:
    """The items in their order."""
    file = resources.files(__package__) / "list.toml"
    return tuple(_item(row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["item"])


def _item(row: Mapping[str, Any]) -> ClientItem:
    case = Case(
        **{name: row[name] for name in ("id", "group", "title", "purpose", "requirement", "cure")},
        weight=Weight(row["weight"]),
        expect={},
        cause="The client lacks it, or was not asked to.",
    )
    if "never" in row:
        return ClientItem(case=case, never=frozenset(row["never"]))
    seen = dict(row["seen"])
    kind = seen.pop("permit", None)
    sight = Sight(
        operations=frozenset(seen.pop("operations")),
        outcomes=frozenset(seen.pop("outcomes")),
        permit=PermitKind(kind) if kind else None,
        **seen,
    )
    return ClientItem(case=case, sight=sight)


@dataclass(slots=True)
class ClientList:
    """The list while it is open. lines: of the permit to confirm, quantities by letter."""

    permits: Mapping[PermitKind, SamplePermit]
    lines: Mapping[str, str]
    _matching: dict[str, list[Exchange]] = field(default_factory=dict)

    def take(self, exchange: Exchange) -> Sequence[ClientItem]:
        """Note an exchange; return the items that it ticks."""
        ticked = []
        for item in client_items():
            done = self.is_done(item)
            if self._fits(item, exchange):
                self._matching.setdefault(item.case.id, []).append(exchange)
            if item.sight and not done and self.is_done(item):
                ticked.append(item)
        return ticked

    def is_done(self, item: ClientItem) -> bool:
        """Whether an item is ticked; an item of `never` is, as long as no such exchange is seen."""
        count = len(self._matching.get(item.case.id, ()))
        return count == 0 if item.sight is None else count >= item.sight.times

    @property
    def is_complete(self) -> bool:
        """Whether every item that can be ticked is."""
        return all(self.is_done(item) for item in client_items() if item.sight)

    def results(self) -> Sequence[CaseResult]:
        """The results as they are now."""
        mask = Mask(permit.token for permit in self.permits.values() if permit.token)
        return [self._result(item, mask) for item in client_items()]

    def _result(self, item: ClientItem, mask: Mask) -> CaseResult:
        exchanges = self._matching.get(item.case.id, ())
        done = self.is_done(item)
        finding = "" if done else _NOT_SEEN if item.sight else _refusals(exchanges)
        shown = exchanges[-1] if exchanges else None
        return CaseResult(
            case=item.case,
            place=_PLACE,
            outcome=Outcome.PASSED if done else Outcome.FAILED,
            finding=finding,
            sent=mask.sent(Sent("POST", "", {}, shown.request)) if shown else "",
            received=mask.received(_received(shown)) if shown else "",
        )

    def _fits(self, item: ClientItem, exchange: Exchange) -> bool:
        sight = item.sight
        if sight is None:
            return exchange.outcome in item.never
        if exchange.operation not in sight.operations or exchange.outcome not in sight.outcomes:
            return False
        if sight.permit is not None:
            permit = self.permits.get(sight.permit)
            if permit is None or exchange.permit_number != permit.number:
                return False
        return not sight.every_line or _confirms(exchange.request, self.lines)


def _refusals(exchanges: Sequence[Exchange]) -> str:
    words = ", ".join(dict.fromkeys(each.outcome for each in exchanges))
    times = "once" if len(exchanges) == 1 else f"{len(exchanges)} times"
    return f"The sandbox refused a message {times}: {words}. The last one is below."


def _received(exchange: Exchange) -> Received:
    status = 200 if exchange.outcome == "ok" else 500
    return Received(status, "text/xml", bytes(exchange.answer), 0.0)


def _confirms(request: bytes, lines: Mapping[str, str]) -> bool:
    """Whether a confirmation names each line with its whole quantity, digit by digit."""
    try:
        root = parsed(request, None)
    except NotReadable:
        return False
    found = {
        text_at(position, "ID"): text_at(position, "InspectedUnitQuantity")
        for position in root.iter("*")
        if isinstance(position, etree._Element) and local_name(position) == "CitesPosition"
    }
    return found.keys() == lines.keys() and all(
        _same(found[letter], quantity) for letter, quantity in lines.items()
    )


def _same(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
