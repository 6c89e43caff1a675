"""Routes of the JSON API, for the application of the pages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gateway import __version__
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.gateway import Gateway
from gateway.exchange.api.own_document import OwnDocument

if TYPE_CHECKING:
    from gateway.web.api.desk import DeclarationDesk
    from gateway.web.people.desk import Observe


def api_of(gateway: Gateway, observe: "Observe") -> Sequence[Any]:
    """Routes of the JSON API. observe: is told of each answer. Raises ServiceUnavailable."""
    from gateway.web.api.application import api_routes
    from gateway.web.api.desk import ApiDesk

    show = gateway.permits.show
    return api_routes(
        ApiDesk(
            gateway.settings.web.address,
            __version__,
            gateway.api.identify,
            gateway.api.once,
            gateway.store.journal.record,
            new_id,
            gateway.clock,
            observe,
            gateway.store.check,
            gateway.maintenance.require_open,
            show,
            OwnDocument(show.own, show.begin_work),
            lambda: gateway.partners.ask,
            lambda: gateway.outbox.book,
            gateway.outbox.read,
            [(each.country.text, each.key) for each in gateway.availability.asked],
            gateway.availability.history.reachability,
            gateway.store.api.webhooks,
            lambda: _declarations(gateway),
        )
    )


def _declarations(gateway: Gateway) -> "DeclarationDesk":
    from gateway.web.api.desk import DeclarationDesk

    part = gateway.declarations
    return DeclarationDesk(part.of_object, part.check, part.act, part.read)
