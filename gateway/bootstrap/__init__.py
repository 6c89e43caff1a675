"""Composition root: the only place that names classes of two rooms. Nothing is built at import."""

from gateway.bootstrap.backup import files_outside, make_backup, restore_backup, settings_with
from gateway.bootstrap.gateway import DELIVERY, PRUNING, Gateway, build, migrate, new_id, now, seals_as
from gateway.bootstrap.serving import DIRECTORY_VARIABLE, operations, serve, serving_options
from gateway.bootstrap.trying import unusable

__all__ = [
    "DELIVERY",
    "DIRECTORY_VARIABLE",
    "PRUNING",
    "Gateway",
    "build",
    "files_outside",
    "make_backup",
    "migrate",
    "new_id",
    "now",
    "operations",
    "restore_backup",
    "seals_as",
    "serve",
    "serving_options",
    "settings_with",
    "unusable",
]
