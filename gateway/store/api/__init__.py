"""JSON API in the database: keys with their budgets, and requests that are done once."""

from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.exchange.ports.api.keys import ApiKeys
from gateway.exchange.ports.api.requests import ApiRequests
from gateway.store.api.keys import SqlApiKeys
from gateway.store.api.requests import SqlApiRequests


@dataclass(frozen=True, slots=True)
class ApiStore:
    """The ports of the JSON API."""

    keys: ApiKeys
    requests: ApiRequests


def api_store(writing: Engine, reading: Engine) -> ApiStore:
    """The ports on one database."""
    return ApiStore(SqlApiKeys(writing, reading), SqlApiRequests(writing, reading))
