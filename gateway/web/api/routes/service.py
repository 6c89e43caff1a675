"""State of this gateway, and availability of its partners."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from gateway.domain.api.key import Scope
from gateway.domain.errors import InternalFailure
from gateway.web.api.call import CurrentCall
from gateway.web.api.route import router

routes = router(Scope.READ, "service")


class Service(BaseModel):
    """State of this gateway, and what the API key opens."""

    state: Literal["OK", "UNAVAILABLE"] = Field(
        description="UNAVAILABLE while it is closed for maintenance or cannot reach its records."
    )
    version: str = Field(description="Of the software.")
    time: datetime
    key: str = Field(description="Prefix of your key.")
    system: str
    authority: str
    scopes: list[str]
    expires_at: datetime = Field(description="End of your key: ask for a new one in time.")


class Partner(BaseModel):
    """A partner, as the last exchanges with it went; it is not asked now."""

    country: str
    partner: str
    works: bool | None = Field(description="Null where it was never asked.")
    last_good_at: datetime | None
    failing_since: datetime | None


@routes.get("/service")
def service_state(call: CurrentCall) -> Service:
    """Whether this gateway works, and what your key opens."""
    state: Literal["OK", "UNAVAILABLE"] = "OK"
    try:
        call.desk.require_open()
        call.desk.check()
    except InternalFailure:
        state = "UNAVAILABLE"
    key = call.key
    return Service(
        state=state,
        version=call.desk.software,
        time=call.desk.clock(),
        key=key.id,
        system=key.system,
        authority=key.authority,
        scopes=sorted(key.scopes),
        expires_at=key.expires_at,
    )


@routes.get("/partners")
def partners(call: CurrentCall) -> list[Partner]:
    """Availability of every partner that this gateway asks."""
    known = call.desk.reachability()
    found = []
    for country, key in call.desk.partners:
        last = known.get(key)
        found.append(
            Partner(
                country=country,
                partner=key,
                works=None if last is None else not last.is_failing,
                last_good_at=last.good_at if last else None,
                failing_since=last.failing_since if last else None,
            )
        )
    return found
