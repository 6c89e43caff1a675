"""Which door wants signed messages, who signs for it, and how is a good message made?"""

import datetime as dt
from functools import cache

from gateway.exchange.ports import MessageSecurity
from gateway.signatures.message_freshness import Freshness
from gateway.signatures.message_signers import TrustedSigners
from gateway.signatures.message_verifying import SignedMessageVerifier
from gateway.soap.names import SOAP_11
from tests.signatures.message_forging import NOW, Signer, TakenInMemory, a_signer, signed
from tests.soap.knock import Door

EVIL = "MZ26EX000666"
"""The permit that nobody asked for under a signature."""


@cache
def partner() -> Signer:
    return a_signer()


@cache
def stranger() -> Signer:
    return a_signer("stranger")


class SecuredDoor(Door):
    """The door, wanting the signature of South Africa."""

    def trust(self, *pinned: Signer, **anchors: object) -> None:
        freshness = Freshness("za", dt.timedelta(minutes=5), dt.timedelta(minutes=1), lambda: NOW, TakenInMemory())
        signers = TrustedSigners(tuple(one.certificate for one in pinned), **anchors)
        self.door._security = {"za": MessageSecurity(SignedMessageVerifier(signers, freshness), None)}

    def refuses(self, message: bytes, *codes: str) -> None:
        """No word of it is executed, the sender is blamed, and the next right message gets its permit."""
        before = len(self.house.asked)
        answer = self.post(message)
        assert answer.fault is not None
        assert answer.side in ("Client", "MustUnderstand"), answer.said
        assert answer.code in codes, answer.said
        assert len(self.house.asked) == before


def good(soap: str = SOAP_11, **how: object) -> bytes:
    return signed(Door().plain(soap), partner(), **how)  # type: ignore[arg-type]
