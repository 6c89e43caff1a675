"""Operator console of a gateway: its area among the pages for people."""

from functools import partial

from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.parts.console.part import ConsolePart, explained, masked_messages
from gateway.web.console.area import console_area
from gateway.web.console.console import Console
from gateway.web.people.page import Area


def console_area_of(gateway: Gateway) -> Area:
    """The area. Each part is made when a page asks for it."""
    from gateway.bootstrap.parts.console import inventory

    console, outbox = ConsolePart(gateway), gateway.outbox
    return console_area(
        Console(
            frozenset(gateway.people.authorities),
            console.alerts,
            lambda: console.board,
            lambda: console.statistics,
            lambda: console.operate,
            lambda: console.history,
            lambda: console.find,
            lambda: gateway.availability.history,
            lambda: outbox.read,
            lambda identity: gateway.store.journal.find(identity),
            partial(explained, gateway),
            masked_messages,
            partial(inventory.evidence, gateway),
            partial(inventory.own_keys, gateway),
            partial(inventory.endings, gateway),
            partial(inventory.seal_state, gateway),
            partial(inventory.loaded_configuration, gateway),
            partial(inventory.checked_configuration, gateway),
            partial(inventory.diagnostics, gateway),
            lambda: gateway.maintenance.current(),
            lambda: gateway.clock(),
            lambda: gateway.store.report.shared.partners(),
        )
    )
