"""View of the list for a partner's client: its items, and what ticks them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gateway import bootstrap

if TYPE_CHECKING:
    from gateway.bootstrap import ClientItem
    from gateway.exchange.ports import Exchange


def beginning(address: str) -> Iterator[str]:
    """Where the client calls, with which permits, and the list."""
    yield f"Waiting for the client at {address}/epix/v2 and /epix/v1; Ctrl-C ends the list."
    yield f"Downloads and all sample permits: {address}/epix/sandbox"
    for permit in bootstrap.sandbox_permits():
        yield f"  {permit.kind}: permit {permit.number}  token {permit.token or '(none)'}"
    yield "The client has to:"
    for item in bootstrap.client_items():
        yield f"  {item.case.id} {item.case.title} ({item.case.weight})"


def line(exchange: "Exchange", ticked: Sequence["ClientItem"]) -> Iterator[str]:
    """An exchange, and the items that it ticks."""
    yield f"{exchange.began_at:%H:%M:%S} {exchange.operation or '(unknown)'}: {exchange.outcome}"
    for item in ticked:
        yield f"  ✓ {item.case.id} {item.case.title}"
