"""Declared uses of a permit of ours: events of its own authority alone."""

from collections.abc import Sequence

from gateway.domain.declarations.use import UseEvent, of_holder
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import Work


def own_uses(work: Work, published: PublishedPermit) -> Sequence[UseEvent]:
    """Return the events of declarations on a permit, each history in order."""
    authority, number = published.authority, published.permit.number.text
    return of_holder(work.declared.of_permit(authority.country.text, number), authority.code)
