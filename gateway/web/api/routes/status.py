"""Status of a permit of our own authority."""

from datetime import datetime

from pydantic import BaseModel, Field

from gateway.domain.api.key import Scope
from gateway.domain.errors import CertificateNotFound
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.permits.show import OwnPermit
from gateway.web.api.call import Call, CurrentCall
from gateway.web.api.numbers import Country, Number
from gateway.web.api.route import router

routes = router(Scope.READ, "permits")


class Status(BaseModel):
    """Where a permit stands."""

    country: str
    authority: str = Field(description="Code of the issuing authority.")
    number: str
    type: str = Field(description="Type of the document, as in schema version 2.")
    status: str = Field(description="issued, final, cancelled or replaced.")
    successor: str | None = Field(description="Number of the document that replaces it.")
    valid_until: datetime | None = Field(description="Box 2.")
    expired_since: datetime | None = Field(
        description="End of the validity, if it is over; null while it lasts."
    )


@routes.get("/certificates/status")
def certificate_status(call: CurrentCall, country: Country, number: Number) -> Status:
    """Status of a permit that the authority of this API key issued.

    For a permit of another country ask for its findings: they tell what to do with it.
    """
    shown = own_permit(call, country, number)
    published, permit = shown.published, shown.published.permit
    return Status(
        country=published.authority.country.text,
        authority=published.authority.code,
        number=permit.number.text,
        type=permit.type,
        status=published.status.value,
        successor=published.successor.text if published.successor else None,
        valid_until=permit.valid_until,
        expired_since=permit.expired_since(call.desk.clock()),
    )


def own_permit(call: Call, country: str, number: str) -> OwnPermit:
    """A permit of the caller's authority.

    A permit of another authority that is served here is answered as not there.
    Raises InvalidRequest, CertificateNotFound, PermitAltered, ServiceUnavailable.
    """
    call.about(country, number)
    if country != call.country:
        raise CertificateNotFound
    return call.desk.show.show(PermitName(country, number, call.authority_code))
