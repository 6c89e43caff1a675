"""Checks of a source description that span several keys. Each finds every mistake of its kind."""

from collections.abc import Iterator, Mapping

from gateway.settings.national.date_pattern import has_time
from gateway.settings.national.model import (
    BUILT_IN_WORDS,
    FieldMapping,
    KnownField,
    KnownFields,
    SourceDescription,
    SourceKind,
)
from gateway.settings.reading.lines import Place
from gateway.settings.reading.wording import near_hint

_KEYS = {
    SourceKind.CSV: (("file", "encoding", "separator"), ("header_row",)),
    SourceKind.EXCEL: (("file", "sheet"), ("header_row", "formulas")),
    SourceKind.JSON: (("file", "records"), ("lines",)),
    SourceKind.XML: (("file", "records"), ("lines", "namespaces")),
    SourceKind.SQL: (("query",), ("database_file", "url_file", "answer_seconds")),
}
"""Kind -> keys of [source] that it needs, and keys that it may have besides."""
_OF_KINDS = frozenset(
    key for needed, allowed in _KEYS.values() for key in (*needed, *allowed)
)  # the other keys go with every kind
_FILES = "attachments"
"""Field of a permit with names of files, and key of the folder that they lie in."""
_LETTERED = "id"
"""Field of a line that is filled with letters in the order of the rows where it is not mapped."""


def mistakes_of(description: SourceDescription, fields: KnownFields) -> Iterator[tuple[Place, str]]:
    """Every mistake: the place of the key, and what is expected of it."""
    yield from _kind(description)
    yield from _fields("permit", description, description.permit, fields.permit)
    yield from _fields("line", description, description.line, fields.line)
    yield from _sync(description)
    for name, table in description.words.items():
        for word in (word for word, code in table.items() if not code):
            yield ("words", name, word), "must be a code; it is empty"


def _kind(description: SourceDescription) -> Iterator[tuple[Place, str]]:
    source = description.source
    needed, allowed = _KEYS[source.kind]
    given = source.model_fields_set
    for key in needed:
        if key not in given:
            yield ("source", key), f"is missing; {source.kind} needs it"
    for key in sorted((given & _OF_KINDS) - {*needed, *allowed}):
        yield ("source", key), f"does not go with kind {source.kind}"
    if source.kind is SourceKind.SQL and (source.database_file is None) is (
        source.url_file is None
    ):
        yield ("source",), "needs either database_file or url_file"
    if _FILES in description.permit and source.attachments is None:
        yield ("source", _FILES), "is missing; permit.attachments names files of this folder"
    if source.decimal == source.thousands:
        yield ("source", "thousands"), "must not be the decimal sign"
    if has_time(source.date) and source.time_zone is None:
        yield ("source", "time_zone"), "is missing; times need it"
    for name in ("only", "national"):
        for index, condition in enumerate(getattr(source, name)):
            if bool(condition.one_of) is bool(condition.none_of):
                yield ("source", name, index), "needs either one_of or none_of"


def _sync(description: SourceDescription) -> Iterator[tuple[Place, str]]:
    if description.sync is None:
        return
    if description.source.kind is not SourceKind.SQL:
        yield ("sync",), f"does not go with kind {description.source.kind}; it needs a database"
    if _LETTERED not in description.line and description.sync.line_order is None:
        yield ("sync", "line_order"), "is missing; lines without id are lettered in its order"
    number = description.permit.get("number")
    if number is not None and number.column is None:
        yield ("permit", "number"), "must be a column where there is [sync]"


def _fields(
    table: str,
    description: SourceDescription,
    mappings: Mapping[str, FieldMapping],
    known: Mapping[str, KnownField],
) -> Iterator[tuple[Place, str]]:
    for name, field in known.items():
        if field.required and name not in mappings and name != _LETTERED:
            yield (table, name), "is missing; every permit needs it"
    for name, mapping in mappings.items():
        if name not in known:
            hint = near_hint(name, tuple(known))
            yield (table, name), f"is not a field of the record format{hint}"
            continue
        for key, expected in _one(description, mapping, known[name]):
            yield (table, name, *([key] if key else [])), expected


def _one(
    description: SourceDescription, mapping: FieldMapping, field: KnownField
) -> Iterator[tuple[str, str]]:
    if (mapping.column is None) is (mapping.constant is None):
        yield "", "needs either a column or a constant"
    tables = {*BUILT_IN_WORDS, *description.words}
    if mapping.words is not None and mapping.words not in tables:
        hint = near_hint(mapping.words, tuple(tables))
        yield "words", f"names no translation table{hint}; there are: {', '.join(sorted(tables))}"
    if mapping.date is not None and not field.date:
        yield "date", "does not go with this field, which is no date"
    if mapping.date is not None and has_time(mapping.date) and not description.source.time_zone:
        yield "date", "has a time, which needs source.time_zone"
    if (mapping.decimal or mapping.thousands) and not field.amount:
        yield "decimal", "does not go with this field, which is no quantity"
    numbers = description.number_format(mapping)
    own = mapping.decimal or mapping.thousands
    if own and numbers.decimal == numbers.thousands:
        yield "thousands", "must not be the decimal sign"
    if mapping.split is not None and not field.many:
        yield "split", "does not go with this field, which holds one value"
    if mapping.when is not None and bool(mapping.when.one_of) is bool(mapping.when.none_of):
        yield "when", "needs either one_of or none_of"
