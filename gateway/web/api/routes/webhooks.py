"""Webhooks of the caller: registered by an operator, listed here."""

from datetime import datetime

from pydantic import BaseModel, Field

from gateway.domain.api.key import Scope
from gateway.web.api.call import CurrentCall
from gateway.web.api.route import router

routes = router(Scope.EVENTS, "webhooks")


class Webhook(BaseModel):
    """An address that is told of events of permits."""

    id: str
    address: str
    events: list[str] = Field(description="issued, final, cancelled, replaced, expired, confirmed.")
    created_at: datetime
    waiting: int = Field(description="Messages that were not taken yet, or are of the future.")


@routes.get("/webhooks")
def webhooks(call: CurrentCall) -> list[Webhook]:
    """The webhooks of your key. An operator registers them, with `api-keys add-webhook`."""
    port = call.desk.webhooks
    return [
        Webhook(
            id=each.id,
            address=each.address,
            events=sorted(each.kinds),
            created_at=each.created_at,
            waiting=port.waiting(each.id),
        )
        for each in port.all()
        if each.key_id == call.key.id
    ]
