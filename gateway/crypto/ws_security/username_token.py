"""UsernameToken: user name and password in the Security header, verified and written.

The token authenticates the sender and protects nothing else of the message. Integrity comes from
the TLS connection. Names and passwords are compared in constant time, so that the response time
does not tell how many characters were right (timing attack).

Source: UsernameToken Profile 1.1, section 3.1.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, timedelta

from lxml import etree

from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.header import only_child, read_message
from gateway.crypto.ws_security.names import BASE64, PASSWORD_DIGEST, PASSWORD_TEXT, WSSE, WSU
from gateway.crypto.ws_security.writing import OutgoingMessage, add_timestamp
from gateway.domain.errors import SignatureInvalid, SignatureMissing, SignerNotTrusted
from gateway.domain.white_space import trimmed
from gateway.exchange.ports import Clock

_NONCE_BYTES = range(8, 128 + 1)
_PARTS = (f"{WSSE}Username", f"{WSSE}Password", f"{WSSE}Nonce", f"{WSU}Created")


@dataclass(frozen=True, slots=True)
class UsernameVerifier:
    """Implements exchange.ports.MessageVerifier for user name and password.

    digest: whether the password must come as PasswordDigest, else as PasswordText. The other form
    is refused, so that there is no downgrade to the weaker one.
    """

    username: str
    password: bytes = field(repr=False)
    digest: bool
    freshness: Freshness

    def verified(self, message: bytes, here: str) -> bytes:
        """See the port. Gives the message as it came, since no part of it is signed."""
        security = read_message(message, here).security
        token = _read_token(security)
        self._require_password(token)
        valid_until = None
        if self.digest or token.created is not None:
            valid_until = self.freshness.require(token.created, None)
        timestamp = security.find(f"{WSU}Timestamp")
        if timestamp is not None:
            self.freshness.require(
                timestamp.findtext(f"{WSU}Created"), timestamp.findtext(f"{WSU}Expires")
            )
        if token.nonce is not None:
            if valid_until is None:
                raise SignatureInvalid("A Nonce in the UsernameToken needs a Created beside it.")
            self.freshness.register(b"nonce " + token.nonce, valid_until)
        return message

    def _require_password(self, token: "_Token") -> None:
        if token.password_type != (PASSWORD_DIGEST if self.digest else PASSWORD_TEXT):
            raise SignatureInvalid(
                "The password does not come in the form that was agreed on, text or digest."
            )
        expected = self.password
        if self.digest:
            if token.nonce is None or token.created is None:
                raise SignatureInvalid(
                    "A PasswordDigest needs Nonce and Created in its UsernameToken."
                )
            # The digest does not say where the Nonce ends. White space at its end could be moved to
            # the begin of Created, and the message sent again with a Nonce that looks new.
            if trimmed(token.created) != token.created:
                raise SignatureInvalid("Created of the UsernameToken has white space around it.")
            expected = _digest(token.nonce, token.created, self.password)
        # Both comparisons always run, each in constant time: a wrong name takes as long as a wrong
        # password.
        name_matches = hmac.compare_digest(token.username.encode(), self.username.encode())
        password_matches = hmac.compare_digest(token.password.encode(), expected)
        if not (name_matches and password_matches):
            raise SignerNotTrusted(
                "The user name and password in the Security header are not right."
            )


@dataclass(frozen=True, slots=True)
class UsernameSecurer:
    """Implements exchange.ports.MessageSecurer: our user name and password in a UsernameToken.

    lifetime: from Created to Expires of a Timestamp beside it; None: there is no Timestamp.
    """

    username: str
    password: bytes = field(repr=False)
    digest: bool
    clock: Clock
    lifetime: timedelta | None = None

    def secured(self, message: bytes) -> bytes:
        """See the port."""
        outgoing = OutgoingMessage(message, mandatory=True)
        now = self.clock().astimezone(UTC)
        if self.lifetime is not None:
            add_timestamp(outgoing.security, now, self.lifetime)
        token = etree.SubElement(outgoing.security, f"{WSSE}UsernameToken")
        etree.SubElement(token, f"{WSSE}Username").text = self.username
        password = etree.SubElement(
            token, f"{WSSE}Password", Type=PASSWORD_DIGEST if self.digest else PASSWORD_TEXT
        )
        password.text = self.password.decode()
        if self.digest:
            nonce = secrets.token_bytes(16)
            created = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            password.text = _digest(nonce, created, self.password).decode()
            etree.SubElement(token, f"{WSSE}Nonce", EncodingType=BASE64).text = base64.b64encode(
                nonce
            ).decode()
            etree.SubElement(token, f"{WSU}Created").text = created
        return outgoing.written()


def _digest(nonce: bytes, created: str, password: bytes) -> bytes:
    """Base64(SHA-1(nonce + created + password)), the only digest that the profile defines."""
    return base64.b64encode(hashlib.sha1(nonce + created.encode() + password).digest())  # noqa: S324


@dataclass(frozen=True, slots=True)
class _Token:
    username: str
    password: str = field(repr=False)
    password_type: str
    nonce: bytes | None
    created: str | None


def _read_token(security: etree._Element) -> _Token:
    """Raises SignatureMissing, SignatureInvalid."""
    element = only_child(security, f"{WSSE}UsernameToken")
    if element is None:
        raise SignatureMissing(
            "The Security header holds no UsernameToken; this party must show one."
        )
    timestamp = only_child(security, f"{WSU}Timestamp")
    parts = {part: only_child(element, part) for part in _PARTS}
    present = [part for part in parts.values() if part is not None]
    if (
        len(security) != (1 if timestamp is None else 2)
        or len(element) != len(present)
        or any(len(part) for part in present)
    ):
        raise SignatureInvalid("The Security header holds something that is not processed here.")
    username, password, nonce, created = (parts[part] for part in _PARTS)
    if username is None or password is None:
        raise SignatureInvalid("The UsernameToken does not hold both Username and Password.")
    return _Token(
        username.text or "",
        password.text or "",
        password.get("Type", PASSWORD_TEXT),
        None if nonce is None else _nonce(nonce),
        None if created is None else created.text or "",
    )


def _nonce(element: etree._Element) -> bytes:
    try:
        nonce = base64.b64decode(trimmed(element.text or ""), validate=True)
    except (binascii.Error, ValueError):
        nonce = b""
    if len(nonce) not in _NONCE_BYTES or element.get("EncodingType", BASE64) != BASE64:
        raise SignatureInvalid("The Nonce of the UsernameToken is not 8 to 128 bytes in base64.")
    return nonce
