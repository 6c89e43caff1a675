"""Parts of the pages of the console: use cases, handed in by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.errors import AccessDenied
from gateway.domain.people.roles import Role
from gateway.exchange.alerts.alert import Alert
from gateway.exchange.availability.history import AvailabilityHistory
from gateway.exchange.console.board import PartnerBoard
from gateway.exchange.console.configurations import ConfigurationHistory
from gateway.exchange.console.find_exchanges import FindExchanges
from gateway.exchange.console.inventory import (
    CheckedConfiguration,
    EndingCertificate,
    MaskedMessage,
    OwnKey,
    SealState,
)
from gateway.exchange.console.operate import Operate, Operator
from gateway.exchange.console.statistics import Statistics
from gateway.exchange.journal.explaining.explain import Explanation
from gateway.exchange.outbox.read import ReadOutbox
from gateway.exchange.ports import Clock, Exchange, ServiceMode
from gateway.exchange.ports.report.shared import PartnerSharing
from gateway.web.people.page import Handler
from gateway.web.people.visit import Visit

READERS = frozenset({Role.OPERATOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Console:
    """authorities: identities of all that are served here.

    Use cases are given by functions, so that each is made when a page needs it.
    find: an exchange by its id.  evidence: the ZIP file of an exchange.
    sharing: state of the queue of differences, by partner.
    configuration: as loaded, redacted.  checks: of the files of now, which takes seconds.
    """

    authorities: frozenset[str]
    alerts: Callable[[], Sequence[Alert]]
    board: Callable[[], PartnerBoard]
    statistics: Callable[[], Statistics]
    operate: Callable[[], Operate]
    history: Callable[[], ConfigurationHistory]
    exchanges: Callable[[], FindExchanges]
    availability: Callable[[], AvailabilityHistory]
    outbox: Callable[[], ReadOutbox]
    find: Callable[[str], Exchange | None]
    explain: Callable[[Exchange], Explanation]
    messages: Callable[[Exchange], Mapping[str, MaskedMessage]]
    evidence: Callable[[str], bytes]
    own_keys: Callable[[], Sequence[OwnKey]]
    endings: Callable[[], Sequence[EndingCertificate]]
    seal_state: Callable[[], SealState]
    configuration: Callable[[], str]
    checks: Callable[[], CheckedConfiguration]
    diagnostics: Callable[[], bytes]
    service_mode: Callable[[], ServiceMode | None]
    clock: Clock
    sharing: Callable[[], Mapping[str, PartnerSharing]]

    def is_operator(self, visit: Visit) -> bool:
        """Whether the person runs the whole installation: every authority that it serves."""
        person, _ = visit.signed_in
        return self.authorities <= person.authorities(Role.OPERATOR)

    def operator(self, visit: Visit) -> Operator:
        """The person who acts. Raises AccessDenied for whoever only reads."""
        if not self.is_operator(visit):
            raise AccessDenied("Only an operator of every authority may do this.")
        person, _ = visit.signed_in
        return Operator(person, visit.origin.address)

    def read_by(self, handler: Handler) -> Handler:
        """The handler, for people who may read: of every authority that is served here.

        The console shows the installation as a whole, which no role at one of several covers.
        """

        def checked(visit: Visit) -> Response:
            person, _ = visit.signed_in
            if not self.authorities <= person.authorities(*READERS):
                raise AccessDenied("The console needs the role at every authority.")
            return handler(visit)

        return checked
