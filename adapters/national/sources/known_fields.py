"""Known fields of a mapping: those of a national record that a source may fill."""

from collections.abc import Mapping
from functools import cache

from adapters.national.csv_records import LINE_PREFIX
from adapters.national.fields import PERMIT, POSITION, REASONS, RecordField
from adapters.national.values import AMOUNT, COUNT, MOMENT
from gateway.settings.national import KnownField, KnownFields

_NOT_MAPPED = (REASONS, "time_zone")
"""Fields that a description says otherwise, or that lie beside the record."""


@cache
def known_fields() -> KnownFields:
    """The fields of permit and line, as a description is checked against them."""
    return KnownFields(_known(PERMIT), _known(POSITION))


def known_field(name: str) -> KnownField:
    """A field by its name; that of a line begins with `position.`."""
    if name.startswith(LINE_PREFIX):
        return known_fields().line[name.removeprefix(LINE_PREFIX)]
    return known_fields().permit[name]


def _known(fields: Mapping[str, RecordField]) -> dict[str, KnownField]:
    return {
        name: KnownField(
            field.required,
            field.value_type is MOMENT,
            field.value_type in (AMOUNT, COUNT),
            field.many,
        )
        for name, field in fields.items()
        if name not in _NOT_MAPPED
    }
