"""Traceability part of a gateway: traces of permits, and the share of closed chains."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.exchange.permits.foreign.ask_partner import AskPartner
from gateway.exchange.ports import Clock
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.exchange.trace.find import Documents, Newest
from gateway.exchange.trace.share import ShareOfChains
from gateway.exchange.trace.trace import TracePermit

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class TracePart:
    """Use cases of traceability.

    newest: gives the newest document of a foreign permit in the journal.
    ask: gives the use case that asks partners.
    """

    served: ServedAuthorities
    newest: Newest
    ask: Callable[[], AskPartner]
    database: "Database"
    clock: Clock

    @cached_property
    def trace(self) -> TracePermit:
        """Traces a permit."""
        store = self.database.store
        documents = Documents(
            self.served, store.begin_work, store.outbox, self.newest, self.ask, self.clock
        )
        return TracePermit(documents, store.reexports)

    @cached_property
    def share(self) -> ShareOfChains:
        """The share of re-exports of a year whose chains close."""
        return ShareOfChains(self.served, self.database.store.reexports, self.trace)
