"""Idempotent requests in the database: the port `ApiRequests`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, select, update
from sqlalchemy.exc import IntegrityError

from gateway.exchange.ports.api.requests import ApiRequest
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.tables import api_request as table


class SqlApiRequests:
    """The port `ApiRequests`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def begin(self, request: ApiRequest) -> ApiRequest:
        """See the port."""
        row = {
            "key_id": request.key_id,
            "idempotency_key": request.idempotency_key,
            "digest": request.digest,
            "operation_id": request.operation_id,
            "began_at": in_utc(request.began_at),
        }
        try:
            with guarded(), self._writing.begin() as connection:
                try:
                    connection.execute(table.insert(), row)
                except IntegrityError:
                    raise _Known from None
        except _Known:
            return self._one(_same(request)) or request
        return request

    def finish(self, request: ApiRequest) -> None:
        """See the port."""
        done = {"status": request.status, "answer": request.answer}
        with guarded(), self._writing.begin() as connection:
            connection.execute(update(table).where(_same(request)).values(done))

    def of_operation(self, operation_id: str) -> ApiRequest | None:
        """See the port."""
        return self._one(table.c.operation_id == operation_id)

    def _one(self, which: ColumnElement[bool]) -> ApiRequest | None:
        # Of the writing engine: a repeated request sees what the first has just committed.
        with guarded(), self._writing.connect() as connection:
            row = connection.execute(select(table).where(which)).first()
        return _request_of(row) if row else None


class _Known(Exception):
    """The two keys of a request are there already."""


def _same(request: ApiRequest) -> ColumnElement[bool]:
    return and_(
        table.c.key_id == request.key_id, table.c.idempotency_key == request.idempotency_key
    )


def _request_of(row: Any) -> ApiRequest:
    with readable():
        return ApiRequest(
            row.key_id,
            row.idempotency_key,
            row.digest,
            row.operation_id,
            datetime.fromisoformat(row.began_at),
            row.status,
            bytes(row.answer) if row.answer is not None else None,
        )
