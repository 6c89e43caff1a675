"""Annual report in the database: records of trade, shared and settled differences of counts."""

from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.exchange.ports.report.settlements import Settlements
from gateway.exchange.ports.report.shared import SharedMismatches
from gateway.exchange.ports.report.trade import TradeRecords
from gateway.store.report.settlements import SqlSettlements
from gateway.store.report.shared import SqlSharedMismatches
from gateway.store.report.trade import SqlTradeRecords


@dataclass(frozen=True, slots=True)
class ReportStore:
    """The ports of the annual report."""

    trade: TradeRecords
    settlements: Settlements
    shared: SharedMismatches


def report_store(writing: Engine, reading: Engine) -> ReportStore:
    """The ports on one database."""
    return ReportStore(
        SqlTradeRecords(reading),
        SqlSettlements(writing, reading),
        SqlSharedMismatches(writing, reading),
    )
