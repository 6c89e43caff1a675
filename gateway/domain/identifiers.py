"""Identifiers: certificate number, token, country code, authority. All are compared exactly.

A permit is identified by its authority (country and authority code; a country may have several) and
its number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from gateway.domain.errors import InvalidRequest
from gateway.domain.people.sentence import Sentence
from gateway.domain.white_space import trimmed

_TEXT = re.compile(r"[A-Za-z0-9/._-]+(?: [A-Za-z0-9/._-]+)*")
_MAX_LENGTH = 70

SHORTEST_PREFIX = 4
"""Letters that a prefix has at least; fewer name an identifier by accident."""


def _checked(text: str, what: str, box: str | None) -> str:
    exact = trimmed(text)
    if len(exact) > _MAX_LENGTH or not _TEXT.fullmatch(exact):
        raise InvalidRequest(
            Sentence(
                "{name} must be 1 to {most} characters of A-Z a-z 0-9 / . _ - and single inner"
                " spaces.",
                {"name": what, "most": _MAX_LENGTH},
            ),
            box=box,
        )
    return exact


@dataclass(frozen=True, slots=True, order=True)
class CertificateNumber:
    """Number of a permit or certificate (box 1).

    Ours: 1 to 70 characters of `A-Z a-z 0-9 / . _ -` and single inner spaces. Of a partner: 1 to
    70 characters that are seen, as Parties print parentheses, commas, `#` and accents, too.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Trim outer white space of XML and check the form. Raises InvalidRequest (box 1)."""
        return cls(_checked(text, "CertificateNumber", "1"))

    @classmethod
    def of_partner(cls, text: str) -> Self:
        """Trim outer white space of XML; take whatever a Party prints.

        Raises InvalidRequest (box 1) where nothing is left, or it is too long or not seen whole.
        """
        exact = trimmed(text)
        if not 0 < len(exact) <= _MAX_LENGTH or not exact.isprintable():
            raise InvalidRequest(
                Sentence(
                    "{name} must be 1 to {most} characters, all of them seen.",
                    {"name": "CertificateNumber", "most": _MAX_LENGTH},
                ),
                box="1",
            )
        return cls(exact)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class TokenId:
    """Security code of a permit, printed on it or handed over with it.

    Never shown or logged, and stored only as a hash or encrypted.
    """

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Trim outer white space of XML and check the form. Raises InvalidRequest."""
        return cls(_checked(text, "TokenId", None))

    def __str__(self) -> str:
        return "TokenId(not shown)"


@dataclass(frozen=True, slots=True, order=True)
class IsoCountryCode:
    """Country code: two upper-case letters of ISO 3166 or of the codes that CITES adds.

    CITES adds XX (unknown), ZZ (introduction from the sea), XK, XA and others.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Trim outer white space of XML and check the form; case is not folded.

        Raises InvalidRequest.
        """
        code = trimmed(text)
        if not re.fullmatch(r"[A-Z]{2}", code):
            raise InvalidRequest("IsoCountryCode must be two capital letters of ISO 3166.")
        return cls(code)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, order=True)
class Authority:
    """A Management Authority: country and the authority's code in it (`MZ`, `ANAC`)."""

    country: IsoCountryCode
    code: str

    def __str__(self) -> str:
        return f"{self.country}/{self.code}"


def whole_identity(text: str, known: Iterable[str]) -> str:
    """Return the only identifier that begins with a text; the text itself where none does.

    text: as a person wrote it; outer white space and upper case do not matter.
    Raises InvalidRequest where several begin so.
    """
    wanted = trimmed(text).lower()
    if len(wanted) < SHORTEST_PREFIX:
        return wanted
    found = {each for each in known if each.startswith(wanted)}
    if wanted in found or not found:
        return wanted
    if len(found) > 1:
        raise InvalidRequest(f"Several ids begin with {wanted}: write more of it.")
    return found.pop()
