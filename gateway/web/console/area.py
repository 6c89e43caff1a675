"""Area of the operator console: its pages, their roles, and its entry of the navigation."""

from collections.abc import Iterator

from gateway.domain.people.sentence import Sentence
from gateway.web.console.board_pages import BoardPages
from gateway.web.console.chart_pages import ChartPages
from gateway.web.console.configuration_pages import ConfigurationPages
from gateway.web.console.console import READERS, Console
from gateway.web.console.exchange_pages import ExchangePages
from gateway.web.console.outbox_pages import OutboxPages
from gateway.web.console.state_pages import StatePages
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Handler, Page


def console_area(console: Console) -> Area:
    """The area."""
    entry = Entry(
        "/console",
        Sentence("Console"),
        Sentence("Partners, exchanges, outbox, keys and the state of the gateway."),
        READERS,
    )
    return Area(tuple(_pages(console)), (entry,))


def _pages(console: Console) -> Iterator[Page]:
    board, exchanges = BoardPages(console), ExchangePages(console)
    outbox, charts = OutboxPages(console), ChartPages(console)
    state, configuration = StatePages(console), ConfigurationPages(console)

    def page(path: str, get: Handler | None = None, post: Handler | None = None) -> Page:
        shown = console.read_by(get) if get else None
        done = console.read_by(post) if post else None
        return Page(f"/console{path}", Access.FULL, shown, done, READERS)

    yield page("", board.show)
    yield page("/partners/{key}", board.show_partner)
    yield page("/exchanges", exchanges.search)
    yield page("/exchanges/{id}", exchanges.show, exchanges.take_evidence)
    yield page("/outbox", outbox.show_all)
    yield page("/outbox/{id}", outbox.show, outbox.decide)
    yield page("/charts", charts.show)
    yield page("/keys", state.show_keys)
    yield page("/journal", state.show_journal)
    yield page("/service", state.show_service, state.declare)
    yield page("/configuration", configuration.show)
    yield page("/configuration/{id}", configuration.show_change)
    yield page("/diagnostics", state.show_diagnostics, state.take_diagnostics)
