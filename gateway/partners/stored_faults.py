"""Faults in stored answers, read as those of partners are, with the same bounds."""

from gateway.partners.envelope import body_of
from gateway.partners.faults import Failure, PartnerRefusal
from gateway.partners.transport import RawAnswer


def stored_fault(answer: bytes) -> PartnerRefusal | None:
    """The fault in the body of an answer; None where there is none, or it cannot be read."""
    try:
        body_of(RawAnswer(500, "text/xml", body=bytearray(answer)))
    except PartnerRefusal as refusal:
        return refusal
    except Failure:
        return None
    return None
