"""Opening of described sources: the rows of each kind, with the mapping of the description."""

from collections.abc import Callable
from pathlib import Path

from adapters.national.context import RecordContext
from adapters.national.sources.changed import ChangedSource
from adapters.national.sources.mapping import PermitMapping, paths
from adapters.national.sources.rows.csv_rows import CsvRows
from adapters.national.sources.rows.excel_rows import ExcelRows
from adapters.national.sources.rows.json_rows import JsonRows
from adapters.national.sources.rows.xml_rows import XmlRows
from adapters.national.sources.source import DescribedSource
from gateway.exchange.ports import NationalSourceRecords, SourceRows
from gateway.exchange.ports.national.sync import ChangedPermits, QueriedChanges
from gateway.settings.national import (
    SourceDescription,
    SourceKind,
    SourceSettings,
    SyncSettings,
)

QueryRows = Callable[[SourceSettings, tuple[str, ...]], SourceRows]
"""Rows of a database; the second value are the columns that the mapping names."""

QueryChanges = Callable[
    [SourceSettings, tuple[str, ...], str, str, tuple[str, ...]], QueriedChanges
]
"""Changes of a database; further values: columns of number and mark, and those to sort lines by."""


def open_source(
    description: SourceDescription, context: RecordContext, query_rows: QueryRows
) -> NationalSourceRecords:
    """The permits of a described source. context: of the gateway that publishes them."""
    mapping = PermitMapping(description)
    return DescribedSource(_rows(description, mapping, query_rows), mapping, context)


def open_changes(
    description: SourceDescription,
    sync: SyncSettings,
    context: RecordContext,
    query_rows: QueryRows,
    query_changes: QueryChanges,
) -> ChangedPermits:
    """The permits of a described database by change mark. sync: of the description."""
    mapping = PermitMapping(description)
    grouping = mapping.grouping
    order = tuple(each for each in (grouping.authority, sync.line_order) if each)
    changes = query_changes(
        description.source, mapping.columns, grouping.number or "", sync.mark, order
    )
    rows = query_rows(description.source, mapping.columns)
    return ChangedSource(changes, DescribedSource(rows, mapping, context), sync)


def _rows(
    description: SourceDescription, mapping: PermitMapping, query_rows: QueryRows
) -> SourceRows:
    source, columns = description.source, mapping.columns
    if source.kind is SourceKind.SQL:
        return query_rows(source, columns)
    file = source.file or Path()
    if source.kind is SourceKind.CSV:
        encoding, separator = source.encoding or "", source.separator or ""
        return CsvRows(file, encoding, separator, source.header_row, columns)
    if source.kind is SourceKind.EXCEL:
        return ExcelRows(file, source.sheet or "", source.header_row, columns, source.formulas)
    permit, line = paths(description)
    if source.kind is SourceKind.JSON:
        return JsonRows(file, source.records or "", source.lines, permit, line)
    return XmlRows(file, source.records or "", source.lines, source.namespaces, permit, line)
