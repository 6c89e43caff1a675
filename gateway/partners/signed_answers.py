"""Signed answers: only the part that the partner's signature covers is read.

A Fault is believed unsigned: it gives no data, and a partner that cannot sign must be able to say
so.
"""

from lxml import etree

from gateway.exchange.ports import MessageVerifier
from gateway.partners.envelope import SECURITY, envelope_of
from gateway.partners.transport import RawAnswer

INLINE_ONLY = {"Accept": "text/xml, application/soap+xml"}
"""Header for a partner that signs: parts of a package stand outside the signature."""


def signed_part(answer: RawAnswer, verifier: MessageVerifier | None) -> RawAnswer:
    """The answer, or where answers must be signed the verified part of it.

    Raises NotReached, Unreadable, PartnerRefusal; TrustRefused for an answer that is not signed as
    it must be.
    """
    if verifier is None:
        return answer
    envelope, _ = envelope_of(answer, processed=SECURITY)
    verified = verifier.verified(etree.tostring(envelope, encoding="UTF-8"), "")
    return RawAnswer(answer.status, "text/xml; charset=utf-8", body=bytearray(verified))
