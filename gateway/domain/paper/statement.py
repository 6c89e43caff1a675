"""Statement of a permit code: the boxes of a printed permit as a paper key signs them.

    0   version of the format, 1
    1   country of the authority        2   its code
    3   moment of the signature, seconds since 1970-01-01 UTC
    4   first moment of validity        5   first moment after the last day of box 2; both by box 2
    6   boxes of the document: a map by the keys of `boxes.HEAD`
    7   lines: an array of maps by the keys of `boxes.LINE`, the first ones of the permit
    8   number of lines of the permit
    9   SHA-256 of all lines as an array in CBOR, where not all of them stand in 7
    10  token of the permit, only where the authority wants it on the paper

Keys 4, 5, 9 and 10 may be absent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.paper.boxes import HEAD, LINE, ShownBox, Value, ValueUnexpected, shown
from gateway.domain.paper.boxes import values_of as _values_of
from gateway.domain.permit.permit import Permit

VERSION = 1
MOST_LINES = 20
"""Lines that stand in a code in full, if it is not full before."""
_MOST_LINES_NAMED = 10_000
_DIGEST_BYTES = 32

Plain = Mapping[int, object]
"""What CBOR encodes: a map with integer keys."""


class LaterVersion(Exception):
    """The code is of a later version of the format."""


@dataclass(frozen=True, slots=True)
class PaperStatement:
    """Content of a permit code.

    signed_at: aware, whole seconds.  begins, ends: of its validity, aware; ends is the first moment
    after the last day.
    boxes, lines: values by key.  count: lines of the permit.  digest: SHA-256 of all lines.
    """

    authority: Authority
    signed_at: datetime
    begins: datetime | None
    ends: datetime | None
    boxes: Mapping[int, Value]
    lines: tuple[Mapping[int, Value], ...]
    count: int
    digest: bytes | None = None
    token: TokenId | None = None

    @classmethod
    def of(
        cls, permit: Permit, authority: Authority, at: datetime, token: TokenId | None = None
    ) -> Self:
        """State a permit with all its lines. at: moment of the signature, aware."""
        lines = tuple(_values_of(LINE, line) for line in permit.positions)
        return cls(
            authority,
            at.astimezone(UTC).replace(microsecond=0),
            permit.valid_from,
            permit.valid_before,
            _values_of(HEAD, permit),
            lines,
            len(lines),
            None,
            token,
        )

    def with_first_lines(self, count: int, digest: bytes) -> Self:
        """State the first lines only. digest: SHA-256 of all lines."""
        return replace(self, lines=self.lines[:count], digest=digest)

    @property
    def number(self) -> str:
        """Number of the permit, box 1."""
        number = self.boxes.get(1)
        return number if isinstance(number, str) else ""

    def head(self) -> Sequence[ShownBox]:
        """Boxes of the document, for people."""
        return tuple(shown(HEAD, self.boxes))

    def body(self) -> Sequence[tuple[str, Sequence[ShownBox]]]:
        """Each line that stands in the code: its letter and its boxes."""
        rows = (tuple(shown(LINE, line)) for line in self.lines)
        return tuple(("".join(row[0].lines) if row else "", row[1:]) for row in rows)

    def plain(self) -> Plain:
        """The map that is encoded and signed."""
        every: dict[int, object] = {
            0: VERSION,
            1: self.authority.country.text,
            2: self.authority.code,
            3: int(self.signed_at.timestamp()),
            4: self.begins and int(self.begins.timestamp()),
            5: self.ends and int(self.ends.timestamp()),
            6: dict(self.boxes),
            7: [dict(line) for line in self.lines],
            8: self.count,
            9: self.digest,
            10: self.token and self.token.text,
        }
        return {key: value for key, value in every.items() if value is not None}

    @classmethod
    def parse(cls, plain: object) -> Self:
        """Read the map. Raises ValueUnexpected, LaterVersion."""
        if not isinstance(plain, dict):
            raise ValueUnexpected("no map")
        if type(plain.get(0)) is int and plain[0] > VERSION:
            raise LaterVersion
        try:
            statement = cls._parsed(plain)
            statement._require_whole()
        except (KeyError, TypeError, ValueError, OverflowError, InvalidRequest) as error:
            raise ValueUnexpected("not what a code says") from error
        if statement.plain() != plain:
            raise ValueUnexpected("not as a code is written")
        return statement

    @classmethod
    def _parsed(cls, plain: Mapping[int, object]) -> Self:
        boxes, lines = plain[6], plain[7]
        digest, token = plain.get(9), plain.get(10)
        if not isinstance(boxes, dict) or not isinstance(lines, list):
            raise TypeError("no boxes")
        return cls(
            Authority(IsoCountryCode.parse(_text(plain[1])), _text(plain[2])),
            _moment(plain[3]),
            _moment(plain[4]) if 4 in plain else None,
            _moment(plain[5]) if 5 in plain else None,
            boxes,
            tuple(dict(line) for line in lines),
            _count(plain[8]),
            digest if isinstance(digest, bytes) else None,
            TokenId.parse(_text(token)) if token is not None else None,
        )

    def _require_whole(self) -> None:
        """Raises ValueUnexpected, InvalidRequest."""
        CertificateNumber.of_partner(self.number)
        whole = len(self.lines) == self.count
        if whole is not (self.digest is None) or len(self.lines) > self.count:
            raise ValueUnexpected("lines without digest, or a digest without need")
        if self.digest is not None and len(self.digest) != _DIGEST_BYTES:
            raise ValueUnexpected("no digest")
        self.head()
        self.body()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MOST_LINES_NAMED:
        raise TypeError("no number")
    return value


def _moment(value: object) -> datetime:
    if type(value) is not int:
        raise TypeError("no moment")
    return datetime.fromtimestamp(value, UTC)
