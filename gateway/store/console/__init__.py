"""Operator console in the database: lines of the journal, counts, configurations, durations."""

from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.exchange.ports.console.configurations import Configurations
from gateway.exchange.ports.console.confirmation_times import ConfirmationTimes
from gateway.exchange.ports.console.counts import ExchangeCounts
from gateway.exchange.ports.console.lines import ExchangeLines
from gateway.store.console.configurations import SqlConfigurations
from gateway.store.console.confirmation_times import SqlConfirmationTimes
from gateway.store.console.counts import SqlExchangeCounts
from gateway.store.console.lines import SqlExchangeLines


@dataclass(frozen=True, slots=True)
class ConsoleStore:
    """The ports of the operator console."""

    lines: ExchangeLines
    counts: ExchangeCounts
    configurations: Configurations
    confirmation_times: ConfirmationTimes


def console_store(writing: Engine, reading: Engine) -> ConsoleStore:
    """The ports on one database."""
    return ConsoleStore(
        SqlExchangeLines(reading),
        SqlExchangeCounts(writing, reading),
        SqlConfigurations(writing, reading),
        SqlConfirmationTimes(reading),
    )
