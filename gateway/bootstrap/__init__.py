"""Composition root: the only place that names classes of two rooms. Nothing is built at import."""

from gateway.bootstrap.gateway import DELIVERY, PRUNING, Gateway, build, migrate, new_id, now, seals_as
from gateway.bootstrap.serving import DIRECTORY_VARIABLE, operations, serve, serving_options

__all__ = [
    "DELIVERY",
    "DIRECTORY_VARIABLE",
    "PRUNING",
    "Gateway",
    "build",
    "migrate",
    "new_id",
    "now",
    "operations",
    "seals_as",
    "serve",
    "serving_options",
]
