"""Does the message show the right name and password? UsernameToken, as text or as digest, read and written.

It says who speaks, and binds nothing else of the message: the connection it came over has to.
Source: UsernameToken Profile 1.1, section 3.1.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC

from lxml import etree

from gateway.domain.errors import SignatureInvalid, SignatureMissing, SignerNotTrusted
from gateway.exchange.ports import Clock
from gateway.signatures.message_freshness import Freshness
from gateway.signatures.message_header import only_child, read_message
from gateway.signatures.message_names import BASE64, PASSWORD_DIGEST, PASSWORD_TEXT, WSSE, WSU
from gateway.signatures.message_writing import OpenMessage

_NONCE_BYTES = range(8, 128 + 1)
_PARTS = (f"{WSSE}Username", f"{WSSE}Password", f"{WSSE}Nonce", f"{WSU}Created")


@dataclass(frozen=True, slots=True)
class UsernameVerifier:
    """Implements exchange.ports.MessageVerifier. digest: the one form of password that is taken, else text."""

    username: str
    password: bytes = field(repr=False)
    digest: bool
    freshness: Freshness

    def verified(self, message: bytes, here: str) -> bytes:
        """See the port: the message as it came, since nothing in it is signed."""
        security = read_message(message, here).security
        token = _read_token(security)
        self._require_password(token)
        counts_until = None
        if self.digest or token.created is not None:
            counts_until = self.freshness.require(token.created, None)
        timestamp = security.find(f"{WSU}Timestamp")
        if timestamp is not None:
            self.freshness.require(timestamp.findtext(f"{WSU}Created"), timestamp.findtext(f"{WSU}Expires"))
        if token.nonce is not None:
            if counts_until is None:
                raise SignatureInvalid("A Nonce in the UsernameToken needs a Created beside it.")
            self.freshness.take(b"nonce " + token.nonce, counts_until)
        return message

    def _require_password(self, token: "_Token") -> None:
        if token.kind != (PASSWORD_DIGEST if self.digest else PASSWORD_TEXT):
            raise SignatureInvalid("The password does not come in the form that was agreed on, text or digest.")
        shown = self.password
        if self.digest:
            if token.nonce is None or token.created is None:
                raise SignatureInvalid("A PasswordDigest needs Nonce and Created in its UsernameToken.")
            shown = _digest(token.nonce, token.created, self.password)
        right_name = hmac.compare_digest(token.username.encode(), self.username.encode())
        if not (hmac.compare_digest(token.password.encode(), shown) and right_name):
            raise SignerNotTrusted("The user name and password in the Security header are not right.")


@dataclass(frozen=True, slots=True)
class UsernameSecurer:
    """Implements exchange.ports.MessageSecurer: shows our name and password."""

    username: str
    password: bytes = field(repr=False)
    digest: bool
    clock: Clock

    def secured(self, message: bytes) -> bytes:
        """See the port."""
        opened = OpenMessage(message, mandatory=True)
        token = etree.SubElement(opened.security, f"{WSSE}UsernameToken")
        etree.SubElement(token, f"{WSSE}Username").text = self.username
        password = etree.SubElement(token, f"{WSSE}Password", Type=PASSWORD_DIGEST if self.digest else PASSWORD_TEXT)
        password.text = self.password.decode()
        if self.digest:
            nonce = secrets.token_bytes(16)
            created = self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            password.text = _digest(nonce, created, self.password).decode()
            etree.SubElement(token, f"{WSSE}Nonce", EncodingType=BASE64).text = base64.b64encode(nonce).decode()
            etree.SubElement(token, f"{WSU}Created").text = created
        return opened.written()


def _digest(nonce: bytes, created: str, password: bytes) -> bytes:
    """Base64(SHA-1(nonce + created + password)): the profile knows no other digest."""
    return base64.b64encode(hashlib.sha1(nonce + created.encode() + password).digest())  # noqa: S324


@dataclass(frozen=True, slots=True)
class _Token:
    username: str
    password: str
    kind: str
    nonce: bytes | None
    created: str | None


def _read_token(security: etree._Element) -> _Token:
    """Raises SignatureMissing, SignatureInvalid."""
    element = only_child(security, f"{WSSE}UsernameToken")
    if element is None:
        raise SignatureMissing("The Security header holds no UsernameToken; this party must show one.")
    timestamp = only_child(security, f"{WSU}Timestamp")
    parts = {part: only_child(element, part) for part in _PARTS}
    there = [part for part in parts.values() if part is not None]
    if (
        len(security) != (1 if timestamp is None else 2)
        or len(element) != len(there)
        or any(len(part) for part in there)
    ):
        raise SignatureInvalid("The Security header holds something that is not processed here.")
    username, password, nonce, created = (parts[part] for part in _PARTS)
    if username is None or password is None:
        raise SignatureInvalid("The UsernameToken does not hold both Username and Password.")
    return _Token(
        username.text or "", password.text or "", password.get("Type", PASSWORD_TEXT),
        None if nonce is None else _nonce(nonce), None if created is None else created.text or "",
    )  # fmt: skip


def _nonce(element: etree._Element) -> bytes:
    try:
        nonce = base64.b64decode((element.text or "").strip(), validate=True)
    except (binascii.Error, ValueError):
        nonce = b""
    if len(nonce) not in _NONCE_BYTES or element.get("EncodingType", BASE64) != BASE64:
        raise SignatureInvalid("The Nonce of the UsernameToken is not 8 to 128 bytes in base64.")
    return nonce
