"""WS-Security: signed messages and user names; a message passes only if its sender made it.

The first byte chooses the verifier: signature, password as text, password as digest.
"""

import base64
import datetime as dt
import hashlib
import re
from pathlib import Path

from lxml import etree

from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.sign import KeyReference, MessageKey, MessageSigner
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.username_token import UsernameVerifier
from gateway.crypto.ws_security.verify import SignedMessageVerifier
from gateway.domain.errors import MessageReplayed, TrustRefused
from gateway.exchange.ports import MessageVerifier
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.crypto.ws_security.message_forging import (
    NOW,
    ReplayCacheInMemory,
    Signer,
    iso,
    signed,
    timestamp,
)
from tests.crypto.ws_security.test_username_token import (
    NONCE,
    PASSWORD,
    created,
    digest,
    message,
    nonce,
    token,
)
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.identities import identity
from tests.fuzz.coverage_guided.target import Target, chosen
from tests.fuzz.refusals import only
from tests.soap.endpoint import Endpoint

_HERE = "https://permits.example/epix/v1"
_SIGNATURE, _TEXT, _DIGEST = range(3)
_OTHER = base64.b64encode(hashlib.sha256(b"other").digest()).decode()


def make(_folder: Path) -> Target:
    """Verifiers of a partner whose signer and whose CA are known, with its user name."""
    partner = identity("partner", "ZA")
    ca = identity("partner CA", "ZA", ca=True)
    certified = identity("certified", "ZA", issuer=ca)
    signers = TrustedSigners(
        (partner.certificate,), (ca.certificate,), certified.certificate.subject.rfc4514_string()
    )
    seeds = _seeds(partner, certified)
    genuine = {
        _without_ids(_verifier(_SIGNATURE, signers).verified(seed[1:], _HERE))
        for seed in seeds
        if seed[0] == _SIGNATURE
    }
    words = {PASSWORD, digest(), digest(once=_OTHER)}

    def attempt(data: bytes) -> str:
        way, body = chosen(data, (_SIGNATURE, _TEXT, _DIGEST))
        verifier = _verifier(way, signers)
        with only(TrustRefused, data) as refused:
            verified = verifier.verified(body, _HERE)
            if way == _SIGNATURE and _without_ids(verified) not in genuine:
                raise Broken("a message was verified that was never signed", data)
            if way != _SIGNATURE and not _says(body, words):
                raise Broken("a message without the password was verified", data)
            if way != _TEXT:
                _require_once(verifier, body, data)
        return f"{way} {refused.outcome}"

    return Target(
        attempt,
        seeds,
        tuple(
            f"gateway/crypto/{name}.py"
            for name in (
                "xml", "ws_security/header", "ws_security/structure", "ws_security/signers",
                "ws_security/verify", "ws_security/freshness", "ws_security/username_token",
            )
        ),
    )  # fmt: skip


def _without_ids(message: bytes) -> bytes:
    """The message without the Id of its Body, which our own signer draws anew each time."""
    return re.sub(rb' (\w+:)?Id="[^"]*"', b"", message)


def _verifier(way: int, signers: TrustedSigners) -> MessageVerifier:
    freshness = Freshness(
        "za", dt.timedelta(minutes=5), dt.timedelta(minutes=1), lambda: NOW, ReplayCacheInMemory()
    )
    if way == _SIGNATURE:
        return SignedMessageVerifier(signers, freshness)
    return UsernameVerifier("za", PASSWORD.encode(), way == _DIGEST, freshness)


def _says(body: bytes, words: set[str]) -> bool:
    return any(text in words for text in etree.fromstring(body).itertext())


def _require_once(verifier: MessageVerifier, body: bytes, data: bytes) -> None:
    """The same message is not taken twice."""
    try:
        verifier.verified(body, _HERE)
    except MessageReplayed:
        return
    raise Broken("a message was verified twice", data)


def _seeds(partner: Signer, certified: Signer) -> list[bytes]:
    plain = [Endpoint().plain(soap) for soap in (SOAP_11, SOAP_12)]
    messages = [signed(each, partner) for each in plain]
    messages += [
        signed(plain[0], certified),
        signed(plain[0], partner, references=("#time", "#body")),
    ]
    key = MessageKey(partner.key, partner.certificate)
    for reference in KeyReference:
        ours = MessageSigner(key, reference, dt.timedelta(minutes=4), True, lambda: NOW)
        messages.append(ours.secured(plain[0].encode()))
    texts = [
        token(PASSWORD, "Text"),
        token(PASSWORD, "Text", nonce() + created()),
        token(PASSWORD, "Text", created()) + timestamp(iso(NOW)),
    ]
    digests = [
        token(digest(), "Digest", nonce(NONCE) + created()),
        token(digest(once=_OTHER), "Digest", nonce(_OTHER) + created()),
    ]
    return [
        *(bytes([_SIGNATURE]) + each for each in messages),
        *(bytes([_TEXT]) + message(each) for each in texts),
        *(bytes([_DIGEST]) + message(each) for each in digests),
    ]
