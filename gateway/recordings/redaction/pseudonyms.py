"""Pseudonyms: a stable stand-in for each value, by HMAC under a secret that is never stored.

The same value gives the same pseudonym within a set of recordings. Identifiers keep their form: a
digit stays a digit and a letter a letter, so that a number stays a valid number. Names, addresses
and free text do not: their length would tell them from a list of known exporters. They become one
or two invented words.

The secret is thrown away with the object, so that a pseudonym cannot be tried out against a list of
known numbers.
"""

import hmac
import re
import string
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from gateway.domain.white_space import collapsed, trimmed
from gateway.recordings.redaction.value_index import ValueIndex, normal

_HEX = re.compile(r"(?=.*[0-9])(?=.*[a-fA-F])[0-9a-fA-F:-]{16,}")
_LONG_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{64,}={0,2}\s*")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE)
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./-]{4,}")
_TRIES = 50
_UPPER_HEX = "0123456789ABCDEF"
_UUID_VERSION = len("01234567-0123-")
"""Place of the version in a UUID, which stays. Source: RFC 9562, section 4.2."""
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
_BLOB_BYTES = 32
_PDF = b"%PDF-1.4\n"

_Make = Callable[[str, int], str]
"""Makes a pseudonym of a value; the number of the attempt gives another one each time."""


@dataclass(slots=True)
class Pseudonyms:
    """Pseudonyms of one set of recordings, and the values that they stand for.

    key: the secret, at least 32 bytes.
    strong: values that no recording may hold.  weak: free text, which may share words with the
    public part of a message.  blobs: parts of attachments and certificates.
    """

    key: bytes = field(repr=False)
    strong: dict[str, str] = field(default_factory=dict, repr=False)
    weak: dict[str, str] = field(default_factory=dict, repr=False)
    blobs: set[bytes] = field(default_factory=set, repr=False)
    _used: set[str] = field(default_factory=set, init=False, repr=False)
    _all: ValueIndex = field(default_factory=ValueIndex, init=False, repr=False)
    _strong_index: ValueIndex = field(default_factory=ValueIndex, init=False, repr=False)

    def identifier(self, text: str) -> str:
        """Pseudonym of a number, a token or an id, in its form; white space around it stays."""
        return self._around(text, lambda value: self._known(value, self.strong, self._formed))

    def name(self, text: str) -> str:
        """Pseudonym of a name or a line of an address; of an identifier where it looks like one."""
        return self._around(text, lambda value: self._known(value, self.strong, self._of_any_form))

    def mark(self, text: str) -> str:
        """Pseudonym of a word in damaged markup: a part of a known name, mostly, so no value."""
        return self._formed(text, 0)

    def prose(self, text: str) -> str:
        """Pseudonym of free text."""
        return self._around(text, lambda value: self._known(value, self.weak, self._of_any_form))

    def attachment(self, content: bytes) -> bytes:
        """Bytes in place of an attachment; a PDF begins as one still."""
        if not content:
            return content
        middle = len(content) // 2
        # Markup in an attachment that is XML stands in other messages too.
        if not content.lstrip().startswith(b"<"):
            self.blobs.add(content[middle : middle + _BLOB_BYTES] if middle else content)
        start = _PDF if content.startswith(b"%PDF") else b""
        stream = self._stream(content.hex(), 0)
        return start + bytes(next(stream) for _ in range(32)).hex().encode() + b"\n"

    def forbid(self, text: str) -> None:
        """Enter a value that no recording may hold, though it stands in no message."""
        if trimmed(text):
            self.identifier(text)

    def _around(self, text: str, replaced: Callable[[str], str]) -> str:
        value = trimmed(text)
        if not value or value == "?":
            return text
        start = text.index(value)
        return text[:start] + replaced(value) + text[start + len(value) :]

    def renew(self) -> None:
        """Choose every pseudonym again, now that all values of the set are known."""
        self._all = ValueIndex((*self.strong, *self.weak))
        for kept in (self.strong, self.weak):
            kept.update(dict.fromkeys(kept, ""))
        self._used.clear()

    def holds_value(self, text: str) -> bool:
        """Whether a text holds a strong value that is not too short to be looked for."""
        return self._strong_index.is_in(normal(text))

    def _known(self, value: str, kept: dict[str, str], make: _Make) -> str:
        if not kept.get(value):
            candidate = value
            for attempt in range(_TRIES):
                candidate = make(collapsed(value), attempt)
                if self._is_free(candidate):
                    break
            self._used.add(candidate)
            kept[value] = candidate
            if kept is self.strong:
                self._strong_index.add(value)
        return kept[value]

    def _is_free(self, candidate: str) -> bool:
        """Whether it stands for nothing yet, and holds no value of the set, not even by chance."""
        return (
            candidate not in self._used
            and candidate not in self.strong
            and candidate not in self.weak
            and not self._all.is_in(normal(candidate))
        )

    def _of_any_form(self, value: str, attempt: int) -> str:
        if mail := _MAIL.fullmatch(value):
            return f"{self._words(mail[0], attempt, 1).lower()}@{self._host(value, attempt)}"
        if url := _URL.fullmatch(value):
            return f"{url['scheme']}://{self._host(value, attempt)}/"
        if _LONG_BASE64.fullmatch(value) and (bytes_ := self._as_base64(value, attempt)):
            return bytes_
        is_word = " " not in value
        if _PHONE.fullmatch(value) or (is_word and any(each.isdigit() for each in value)):
            return self._formed(value, attempt)
        return self._words(value, attempt, 1 if is_word else 2)

    def _formed(self, value: str, attempt: int) -> str:
        stream = self._stream(value, attempt)
        if _HEX.fullmatch(value):
            digits = _UPPER_HEX if value != value.lower() else _UPPER_HEX.lower()
            return "".join(
                each if each in ":-" or place == _UUID_VERSION else digits[next(stream) % 16]
                for place, each in enumerate(value)
            )
        return "".join(_like(each, stream, first=not place) for place, each in enumerate(value))

    def _words(self, value: str, attempt: int, count: int) -> str:
        stream = self._stream(value, attempt)
        words = (
            "".join(_SYLLABLES[next(stream) % len(_SYLLABLES)] for _ in range(4))
            for _ in range(count)
        )
        return " ".join(word.capitalize() for word in words)

    def _host(self, value: str, attempt: int) -> str:
        return f"{self._words(f'host of {value}', attempt, 1).lower()}.example"

    def _as_base64(self, value: str, attempt: int) -> str | None:
        try:
            length = len(b64decode("".join(value.split()), validate=True))
        except (Base64Error, ValueError):
            return None
        stream = self._stream(value, attempt)
        return b64encode(bytes(next(stream) for _ in range(length))).decode()

    def _stream(self, value: str, attempt: int) -> Iterator[int]:
        block = 0
        while True:
            text = f"{attempt}:{block}:{value}".encode("utf-8", "surrogatepass")
            yield from hmac.new(self.key, text, sha256).digest()
            block += 1


def _like(character: str, stream: Iterator[int], *, first: bool) -> str:
    """A character of the same kind; the first digit of a number does not become a zero."""
    if character.isascii() and character.isdigit():
        digits = string.digits[1:] if first and character != "0" else string.digits
        return digits[next(stream) % len(digits)]
    if character.isupper():
        return string.ascii_uppercase[next(stream) % 26]
    if character.isalnum():
        return string.ascii_lowercase[next(stream) % 26]
    return character
