"""National sources as data: conf/national/NAME.toml describes a source and maps it to the boxes."""

from gateway.settings.national.digest import mapping_digest
from gateway.settings.national.load import Description, own_names, read_description
from gateway.settings.national.model import (
    Condition,
    FieldMapping,
    KnownField,
    KnownFields,
    NumberFormat,
    SourceDescription,
    SourceKind,
    SourceSettings,
)
from gateway.settings.national.sync import SyncSettings

__all__ = [
    "Condition",
    "Description",
    "FieldMapping",
    "KnownField",
    "KnownFields",
    "NumberFormat",
    "SourceDescription",
    "SourceKind",
    "SourceSettings",
    "SyncSettings",
    "mapping_digest",
    "own_names",
    "read_description",
]
