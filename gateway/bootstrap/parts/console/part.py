"""Console part of a gateway: views of its operator, counts behind them, and the operator's acts."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from socket import gethostname

from gateway import __version__
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.configuration_text import configuration_text
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.parts.alerts import alerts_of, partner_days
from gateway.domain.errors import GatewayError
from gateway.exchange.alerts.alert import Alert
from gateway.exchange.console.board import KnownPartner, PartnerBoard
from gateway.exchange.console.configurations import ConfigurationHistory, KeepConfiguration
from gateway.exchange.console.count_exchanges import CountExchanges
from gateway.exchange.console.find_exchanges import FindExchanges
from gateway.exchange.console.inventory import MaskedMessage
from gateway.exchange.console.operate import Operate
from gateway.exchange.console.statistics import Statistics
from gateway.exchange.journal.explaining.explain import Explanation
from gateway.exchange.journal.message_retention import digest_in
from gateway.exchange.ports import Direction, Exchange

_LOG = logging.getLogger(__name__)
_LONGEST_SHOWN = 300_000
_MOST_LINES = 3_000


@dataclass(frozen=True)
class ConsolePart:
    """Use cases of the operator console."""

    gateway: Gateway

    @cached_property
    def partners(self) -> Sequence[KnownPartner]:
        """The partners of the settings, disabled ones included."""
        return [
            KnownPartner(each.key, each.country.text, each.enabled, bool(each.address))
            for each in self.gateway.settings.partner
        ]

    @cached_property
    def find(self) -> FindExchanges:
        """Searches the journal page by page."""
        journal = self.gateway.journal
        return FindExchanges(
            self.gateway.store.console.lines,
            lambda partner: journal.holders.fingerprints(partner),
        )

    @cached_property
    def count(self) -> CountExchanges:
        """Counts exchanges by day."""
        console = self.gateway.store.console
        keys = frozenset(partner.key for partner in self.partners)
        return CountExchanges(console.lines, console.counts, keys, self.gateway.clock)

    @cached_property
    def statistics(self) -> Statistics:
        """Figures for charts."""
        console = self.gateway.store.console
        return Statistics(console.counts, console.confirmation_times, self.gateway.clock)

    @cached_property
    def board(self) -> PartnerBoard:
        """The partner board."""
        console = self.gateway.store.console
        return PartnerBoard(
            self.partners,
            self.gateway.availability.history,
            console.counts,
            console.confirmation_times,
            self._days_left,
            self.gateway.clock,
        )

    @cached_property
    def operate(self) -> Operate:
        """Acts of an operator."""
        gateway = self.gateway
        return Operate(
            gateway.outbox.decide,
            gateway.maintenance,
            gateway.store.journal.record,
            gateway.clock,
            new_id,
        )

    @cached_property
    def history(self) -> ConfigurationHistory:
        """History of the configuration."""
        store = self.gateway.store
        return ConfigurationHistory(store.console.configurations, store.journal.find)

    def keep_configuration(self) -> bool:
        """Keep the configuration, where it is new on this machine. Raises ServiceUnavailable."""
        store, gateway = self.gateway.store, self.gateway
        keep = KeepConfiguration(
            store.console.configurations,
            store.locks,
            gethostname(),
            __version__,
            gateway.clock,
            new_id,
        )
        return keep.keep(configuration_text(gateway.settings))

    def alerts(self) -> Sequence[Alert]:
        """Every alert that is true now."""
        return list(alerts_of(self.gateway))

    def _days_left(self) -> Mapping[str, float]:
        gateway = self.gateway
        shown = gateway.store.shown_certificates.all()
        return dict(partner_days(gateway.settings, shown, gateway.clock()))


def keep_configuration(gateway: Gateway) -> None:
    """Keep the configuration of a process that starts; a service without history goes on."""
    try:
        ConsolePart(gateway).keep_configuration()
    except GatewayError as error:
        _LOG.warning("configuration not kept in the history: code=%s", error.code)


def explained(gateway: Gateway, exchange: Exchange) -> Explanation:
    """The explanation of an exchange; values of the request are blank in the words of the fault.

    Raises ServiceUnavailable.
    """
    found = gateway.journal.explain.explain(exchange)
    if found.fault is None:
        return found
    from gateway.recordings.redaction.masking import covered

    request, fault = bytes(exchange.request), found.fault
    code, text = covered(fault.code, request), covered(fault.text, request)
    return replace(found, fault=replace(fault, code=code, text=text))


def masked_messages(exchange: Exchange) -> Mapping[str, MaskedMessage]:
    """Request and answer of an exchange, masked."""
    return {
        "request": _masked(exchange, exchange.request),
        "answer": _masked(exchange, exchange.answer),
    }


def _masked(exchange: Exchange, content: bytes) -> MaskedMessage:
    # Imported only where a message is shown: lxml, and the names of the contract's schemas.
    from gateway.recordings.redaction.masking import masked

    message = bytes(content)
    if digest := digest_in(message):
        return MaskedMessage(digest.size, (), "digest")
    if exchange.direction is Direction.OWN:
        return MaskedMessage(len(message), (), "own")
    if len(message) > _LONGEST_SHOWN:
        return MaskedMessage(len(message), (), "long")
    lines = masked(message).splitlines()
    if message and not lines:
        return MaskedMessage(len(message), (), "bytes")
    return MaskedMessage(len(message), lines[:_MOST_LINES], "cut" if lines[_MOST_LINES:] else "")
