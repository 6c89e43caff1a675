"""Permits that have a document of a kind, counted, and page by page in the order of their rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from gateway.store.tables import document


def count_of(condition: ColumnElement[bool]) -> Select[Any]:
    """The number of permits with a document for which the condition holds."""
    return select(func.count(document.c.permit_id.distinct())).where(condition)


def page_of(condition: ColumnElement[bool], place: int, most: int) -> Select[Any]:
    """The row ids of such permits after `place`, at most `most`."""
    return (
        select(document.c.permit_id)
        .distinct()
        .where(condition, document.c.permit_id > place)
        .order_by(document.c.permit_id)
        .limit(most)
    )
