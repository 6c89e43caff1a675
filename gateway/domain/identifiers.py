"""Which permit, which country, which key to it: identifiers, compared exactly.

A permit is identified by its authority (country and authority code; a country may have several) and its number.
"""

import re
from dataclasses import dataclass, field
from typing import Self

from gateway.domain.errors import InvalidRequest

_TEXT = re.compile(r"[A-Za-z0-9/._-]+(?: [A-Za-z0-9/._-]+)*")
_LONGEST = 70
_XML_SPACE = " \t\r\n"


def _checked(text: str, what: str, box: str | None) -> str:
    trimmed = text.strip(_XML_SPACE)
    if len(trimmed) > _LONGEST or not _TEXT.fullmatch(trimmed):
        raise InvalidRequest(
            f"{what} must be 1 to {_LONGEST} characters of A-Z a-z 0-9 / . _ - and single inner spaces.", box=box
        )
    return trimmed


@dataclass(frozen=True, slots=True, order=True)
class CertificateNumber:
    """Number of a permit or certificate (box 1): 1 to 70 of `A-Z a-z 0-9 / . _ -` and single inner spaces."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Trim outer white space and check the rest. Raises InvalidRequest (box 1)."""
        return cls(_checked(text, "CertificateNumber", "1"))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class TokenId:
    """The security code of one permit, printed on it or handed over with it. Never shown, logged or stored."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Trim outer white space and check the rest. Raises InvalidRequest."""
        return cls(_checked(text, "TokenId", None))

    def __str__(self) -> str:
        return "TokenId(not shown)"


@dataclass(frozen=True, slots=True, order=True)
class IsoCountryCode:
    """Two upper-case letters of ISO 3166, or one of the codes CITES adds (XX unknown, ZZ the sea, XK, XA ...)."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Trim outer white space and check the shape; case is not folded. Raises InvalidRequest."""
        trimmed = text.strip(_XML_SPACE)
        if not re.fullmatch(r"[A-Z]{2}", trimmed):
            raise InvalidRequest("IsoCountryCode must be two capital letters of ISO 3166.")
        return cls(trimmed)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, order=True)
class Authority:
    """A Management Authority: its country and its own code within it (`MZ`, `ANAC`)."""

    country: IsoCountryCode
    code: str

    def __str__(self) -> str:
        return f"{self.country}/{self.code}"
