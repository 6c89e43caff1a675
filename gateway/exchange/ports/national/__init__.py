"""Ports of national data: records as a national system exports them, and sources as data."""

from gateway.exchange.ports.national.records import NationalRecord, NationalSource
from gateway.exchange.ports.national.sources import (
    Cell,
    LocatedProblem,
    MappedRecord,
    MappedValue,
    NationalSourceRecords,
    SourceCell,
    SourceRow,
    SourceRows,
    UnreadableCell,
)

__all__ = [
    "Cell",
    "LocatedProblem",
    "MappedRecord",
    "MappedValue",
    "NationalRecord",
    "NationalSource",
    "NationalSourceRecords",
    "SourceCell",
    "SourceRow",
    "SourceRows",
    "UnreadableCell",
]
