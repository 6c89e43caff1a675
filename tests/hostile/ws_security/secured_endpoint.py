"""An endpoint that requires signed messages, a trusted signer, and a valid message."""

import datetime as dt
from functools import cache

from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.verify import SignedMessageVerifier
from gateway.exchange.ports import MessageSecurity
from gateway.wire.namespaces import SOAP_11
from tests.crypto.ws_security.message_forging import (
    NOW,
    ReplayCacheInMemory,
    Signer,
    a_signer,
    signed,
)
from tests.soap.endpoint import Endpoint

EVIL = "MZ26EX000666"
"""A permit that no signed request asks for."""


@cache
def partner() -> Signer:
    return a_signer()


@cache
def stranger() -> Signer:
    return a_signer("stranger")


class SecuredEndpoint(Endpoint):
    """The endpoint, with an agreement that South Africa signs its requests."""

    def trust(self, *pinned: Signer, **anchors: object) -> None:
        freshness = Freshness(
            "za",
            dt.timedelta(minutes=5),
            dt.timedelta(minutes=1),
            lambda: NOW,
            ReplayCacheInMemory(),
        )
        signers = TrustedSigners(tuple(one.certificate for one in pinned), **anchors)
        self.endpoint._security = {
            "za": MessageSecurity(SignedMessageVerifier(signers, freshness), None)
        }

    def refuses(self, message: bytes, *codes: str) -> None:
        """The message is not executed, and the fault is one of the sender (Client)."""
        before = len(self.backend.asked)
        answer = self.post(message)
        assert answer.fault is not None
        assert answer.side in ("Client", "MustUnderstand"), answer.said
        assert answer.code in codes, answer.said
        assert len(self.backend.asked) == before


def good(soap: str = SOAP_11, **how: object) -> bytes:
    return signed(Endpoint().plain(soap), partner(), **how)  # type: ignore[arg-type]
