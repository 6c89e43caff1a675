"""Desk of the JSON API: its use cases and facts, handed in by the composition root."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.domain.declarations.line import CustomsDeclaration
from gateway.domain.permit.permit import Permit
from gateway.domain.risk.score import Risk
from gateway.domain.trace.trace import Trace
from gateway.exchange.api.identify import IdentifyCaller
from gateway.exchange.api.once import DoOnce
from gateway.exchange.api.own_document import OwnDocument
from gateway.exchange.availability.history import Reachability
from gateway.exchange.declarations.acts import ActOnDeclarations
from gateway.exchange.declarations.check import CheckDeclaration
from gateway.exchange.declarations.read import ReadDeclarations
from gateway.exchange.outbox.book import BookConfirmation
from gateway.exchange.outbox.read import ReadOutbox
from gateway.exchange.permits.foreign.ask_partner import AskPartner
from gateway.exchange.permits.show import ShowPermit
from gateway.exchange.ports import Clock, Exchange, NewId
from gateway.exchange.ports.api.webhooks import Webhooks

Observe = Callable[[str, int, float], None]
"""Is told of each answer: operation, HTTP status, seconds."""


@dataclass(frozen=True, slots=True)
class DeclarationDesk:
    """Use cases of customs declarations. parsed: reads one; raises DeclarationInvalid."""

    parsed: Callable[[Mapping[str, Any]], CustomsDeclaration]
    check: CheckDeclaration
    act: ActOnDeclarations
    read: ReadDeclarations


@dataclass(frozen=True, slots=True)
class ApiDesk:
    """address: scheme, host and port of the listener, without a path.  software: its version.

    record: adds to the journal; raises ServiceUnavailable.  check: raises GatewayError while
    nothing can be done.  require_open: raises UnderMaintenance.
    declarations, ask, book: give the use cases, which need the keys of partners.
    json_ld: gives a permit as JSON-LD; raises DocumentInvalid.
    trace, risk: of a permit, by country, number, and the countries and authorities whose permits
    of ours the caller must not see; raise InvalidRequest, CertificateNotFound.  served: authorities
    that are served here, as `MZ/ANAC`.
    partners: country and key of each that has an address.  reachability: gives theirs, by key.
    """

    address: str
    software: str
    identify: IdentifyCaller
    once: DoOnce
    record: Callable[[Exchange], None]
    new_id: NewId
    clock: Clock
    observe: Observe
    check: Callable[[], None]
    require_open: Callable[[], None]
    show: ShowPermit
    document: OwnDocument
    json_ld: Callable[[Permit], bytes]
    ask: Callable[[], AskPartner]
    book: Callable[[], BookConfirmation]
    outbox: ReadOutbox
    partners: Sequence[tuple[str, str]]
    reachability: Callable[[], Mapping[str, Reachability]]
    webhooks: Webhooks
    declarations: Callable[[], DeclarationDesk]
    trace: Callable[[str, str, Collection[str]], Trace]
    risk: Callable[[str, str, Collection[str]], Risk]
    served: frozenset[str]
