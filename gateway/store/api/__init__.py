"""JSON API in the database: keys with their budgets, requests that are done once, webhooks."""

from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.exchange.ports.api.keys import ApiKeys
from gateway.exchange.ports.api.requests import ApiRequests
from gateway.exchange.ports.api.webhooks import Webhooks
from gateway.store.api.keys import SqlApiKeys
from gateway.store.api.requests import SqlApiRequests
from gateway.store.api.webhooks import SqlWebhooks


@dataclass(frozen=True, slots=True)
class ApiStore:
    """The ports of the JSON API."""

    keys: ApiKeys
    requests: ApiRequests
    webhooks: Webhooks


def api_store(writing: Engine, reading: Engine) -> ApiStore:
    """The ports on one database."""
    return ApiStore(
        SqlApiKeys(writing, reading),
        SqlApiRequests(writing, reading),
        SqlWebhooks(writing, reading),
    )
