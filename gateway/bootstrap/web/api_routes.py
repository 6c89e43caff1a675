"""Routes of the JSON API, for the application of the pages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adapters.jsonld.document import json_ld
from gateway import __version__
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.gateway import Gateway
from gateway.exchange.api.own_document import OwnDocument

if TYPE_CHECKING:
    from gateway.web.api.desk import ApiDesk, DeclarationDesk
    from gateway.web.people.desk import Observe


def api_of(gateway: Gateway, observe: "Observe") -> Sequence[Any]:
    """Routes of the JSON API. observe: is told of each answer. Raises ServiceUnavailable."""
    from gateway.web.api.application import api_routes

    return api_routes(api_desk(gateway, observe))


def api_desk(gateway: Gateway, observe: "Observe") -> "ApiDesk":
    """Use cases and facts of the JSON API. Raises ServiceUnavailable."""
    from gateway.web.api.desk import ApiDesk

    show = gateway.permits.show
    return ApiDesk(
        address=gateway.settings.web.address,
        software=__version__,
        identify=gateway.api.identify,
        once=gateway.api.once,
        record=gateway.store.journal.record,
        new_id=new_id,
        clock=gateway.clock,
        observe=observe,
        check=gateway.store.check,
        require_open=gateway.maintenance.require_open,
        show=show,
        document=OwnDocument(show.own, show.begin_work),
        json_ld=json_ld,
        ask=lambda: gateway.partners.ask,
        book=lambda: gateway.outbox.book,
        outbox=gateway.outbox.read,
        partners=[(each.country.text, each.key) for each in gateway.availability.asked],
        reachability=gateway.availability.history.reachability,
        webhooks=gateway.store.api.webhooks,
        declarations=lambda: _declarations(gateway),
        trace=lambda *asked: gateway.trace.trace.at_hand(*asked),
        risk=lambda *asked: gateway.trace.judge.judge(*asked),
        served=frozenset(map(str, gateway.permits.served.authorities)),
    )


def _declarations(gateway: Gateway) -> "DeclarationDesk":
    from gateway.web.api.desk import DeclarationDesk

    part = gateway.declarations
    return DeclarationDesk(part.of_object, part.check, part.act, part.read)
