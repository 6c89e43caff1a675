"""File of a key list: JSON with a text in canonical JSON, its signature and certificates.

The text is signed with the permit seal of the authority, under a prefix of its own, so that the
signature fits no other kind of text. docs/paper.md has its fields.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.domain.errors import GatewayError, SignatureInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.key_revocation import RevocationCause
from gateway.domain.paper.key_list import KeyList, PaperKey, PaperKeyRevocation
from gateway.domain.paper.withdrawn import WithdrawnPermits
from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.ports import HeadSigner, StatementVerifier

PURPOSE = b"epix-gateway: list of paper keys\n"
"""Prefix of the signed text (domain separation)."""
VERSION = 1
MOST_BYTES = 8 * 1024 * 1024
_MOST_KEYS, _MOST_AUTHORITIES = 1000, 100
_CLOCK_SKEW = timedelta(minutes=5)
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, GatewayError)
"""Errors of reading fields that may be anything, such as an infinite count."""

VerifierOf = Callable[[IsoCountryCode], StatementVerifier]
"""Gives the verifier that knows who seals for a country. Raises SignerNotTrusted for none."""

KeyFacts = Callable[[bytes], PaperKey]
"""Reads a certificate (DER) as a key in force. Raises ValueError for one that may not sign."""


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list whose signature is verified. signer: subject of its certificate, RFC 4514."""

    list: KeyList
    signer: str


def written(key_list: KeyList, signer: HeadSigner) -> bytes:
    """Return the file of a list. Raises KeyUnusable."""
    text = canonical(fields_of(key_list))
    fields = {
        "text": b64encode(text).decode(),
        "signature": b64encode(signer.sign(PURPOSE + text)).decode(),
        "certificates": signer.certificates.decode(),
    }
    return (json.dumps(fields, sort_keys=True, indent=1) + "\n").encode()


def read(content: bytes, verifier_of: VerifierOf, key_facts: KeyFacts, now: datetime) -> SignedList:
    """Return the list of a file.

    key_facts: reads a certificate.
    Raises SignatureInvalid for a file that is none, or was altered; SignerNotTrusted.
    """
    try:
        if len(content) > MOST_BYTES:
            raise ValueError("too long")
        fields = parse_json(content)
        text = b64decode(fields["text"], validate=True)
        signature = b64decode(fields["signature"], validate=True)
        certificates = fields["certificates"].encode()
        said = parse_json(text)
        country, at = IsoCountryCode.parse(said["country"]), datetime.fromisoformat(said["made_at"])
        aware = at.utcoffset() is not None
        _ = at.astimezone(UTC)  # OverflowError before the year 1
    except _UNREADABLE:
        raise SignatureInvalid("This is no key list.") from None
    if not aware or at > now + _CLOCK_SKEW:
        raise SignatureInvalid("The key list says that it was made at a time that has not come.")
    signer = verifier_of(country).signer(PURPOSE + text, signature, certificates, at)
    try:
        return SignedList(_list(said, key_facts), signer)
    except _UNREADABLE:
        raise SignatureInvalid("The key list was signed, and cannot be read.") from None


def made_at_of(content: bytes) -> datetime | None:
    """Return the moment at which a list says that it was made; None where it cannot be read.

    Nothing is verified: for a list that was verified when it came.
    """
    try:
        said = parse_json(b64decode(parse_json(content)["text"], validate=True))
        at = datetime.fromisoformat(said["made_at"])
        return at if at.utcoffset() is not None else None
    except _UNREADABLE:
        return None


def fields_of(key_list: KeyList) -> dict[str, Any]:
    """Return the fields of a list as its text has them."""
    withdrawn = key_list.withdrawn
    return {
        "v": VERSION,
        "country": key_list.country.text,
        "authorities": [authority.code for authority in key_list.authorities],
        "made_at": moment(key_list.made_at),
        "next_at": moment(key_list.next_at),
        "keys": [
            {
                "id": key.id.hex(),
                "certificate": b64encode(key.certificate).decode(),
                "public_key": b64encode(key.public_key).decode(),
                "valid_from": moment(key.valid_from),
                "valid_until": moment(key.valid_until),
                "revoked": key.revocation
                and {"at": moment(key.revocation.at), "cause": key.revocation.cause.value},
            }
            for key in key_list.keys
        ],
        "withdrawn": {
            "salt": withdrawn.salt.hex(),
            "count": withdrawn.count,
            "coded": b64encode(withdrawn.coded).decode(),
        },
    }


def _list(said: Any, key_facts: KeyFacts) -> KeyList:
    """Raises any error of _UNREADABLE."""
    country = IsoCountryCode.parse(said["country"])
    codes, keys, filter_ = said["authorities"], said["keys"], said["withdrawn"]
    if said["v"] != VERSION or len(codes) > _MOST_AUTHORITIES or len(keys) > _MOST_KEYS:
        raise ValueError("another version, or too many")
    withdrawn = WithdrawnPermits(
        bytes.fromhex(filter_["salt"]),
        int(filter_["count"]),
        b64decode(filter_["coded"], validate=True),
    )
    withdrawn.require_whole()
    found = KeyList(
        country,
        tuple(Authority(country, str(code)) for code in codes),
        datetime.fromisoformat(said["made_at"]),
        datetime.fromisoformat(said["next_at"]),
        tuple(_key(key, key_facts) for key in keys),
        withdrawn,
    )
    if canonical(fields_of(found)) != canonical(said):
        raise ValueError("not as a list is written")
    return found


def _key(said: Any, key_facts: KeyFacts) -> PaperKey:
    key = key_facts(b64decode(said["certificate"], validate=True))
    revoked = said["revoked"]
    revocation = revoked and PaperKeyRevocation(
        datetime.fromisoformat(revoked["at"]), RevocationCause(revoked["cause"])
    )
    return replace(key, revocation=revocation or None)
