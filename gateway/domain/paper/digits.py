"""Decimal digits of a permit code: bytes as digits, and the address that carries them.

The address is `https://HOST/check#DIGITS`. Browsers keep what stands after `#` to themselves, so
no server gets it. Digits stand in numeric mode of a QR code (10 bits for 3 digits), which is as
dense as bytes. Seven bytes are seventeen digits; the last, shorter group has the digits of its
length. Each text of digits has one reading at the most.
Source: ISO/IEC 18004, section 7.4.3; CTAP 2.2, section 11.5.1 (the same grouping).
"""

import re

from gateway.domain.errors import InvalidRequest
from gateway.domain.white_space import trimmed

_GROUP_BYTES, _GROUP_DIGITS = 7, 17
_DIGITS_OF_BYTES = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15, 7: 17}
_BYTES_OF_DIGITS = {digits: count for count, digits in _DIGITS_OF_BYTES.items()}

LARGEST_VERSION = 32
"""Version of the largest QR code that is printed: 145 modules on a side."""
_LARGEST_BITS = 1541 * 8
"""Data bits of a QR code of that version at level M. Source: ISO/IEC 18004, table 7."""
_BYTE_SEGMENT_BITS, _NUMERIC_SEGMENT_BITS = 4 + 16, 4 + 14
"""Mode and length of a segment, in versions 27 to 40."""

_LONGEST_TEXT = 8192
_DIGITS = re.compile(r"[0-9]{3,7089}", re.ASCII)


def to_digits(data: bytes) -> str:
    """Return bytes as decimal digits."""
    groups = (data[at : at + _GROUP_BYTES] for at in range(0, len(data), _GROUP_BYTES))
    return "".join(
        str(int.from_bytes(group)).zfill(_DIGITS_OF_BYTES[len(group)]) for group in groups
    )


def from_digits(digits: str) -> bytes:
    """Return the bytes of decimal digits. Raises ValueError for digits that no bytes give."""
    found = bytearray()
    for at in range(0, len(digits), _GROUP_DIGITS):
        group = digits[at : at + _GROUP_DIGITS]
        count = _BYTES_OF_DIGITS.get(len(group))
        if count is None or int(group) >= 256**count:
            raise ValueError("digits that stand for no bytes")
        found += int(group).to_bytes(count)
    return bytes(found)


def address_of(page: str, code: bytes) -> str:
    """Return the address that the QR code holds. page: address of the page, `https://.../check`."""
    return f"{page}#{to_digits(code)}"


def code_in(text: str) -> bytes:
    """Return the bytes of a code, of the address in a QR code or of its digits alone.

    Host and path of the address are not looked at: they prove nothing.
    Raises InvalidRequest with a sentence that says what to do.
    """
    whole = trimmed(text)
    digits = whole.rpartition("#")[2]
    if len(whole) > _LONGEST_TEXT or not _DIGITS.fullmatch(digits):
        raise InvalidRequest(
            "This is no code of a CITES permit: digits are expected, alone or after # of an"
            " address. Scan the square code on the permit, not another one."
        )
    try:
        return from_digits(digits)
    except ValueError:
        raise InvalidRequest(
            "The code is not whole, or was not read right. Scan it again, flat and in good light."
        ) from None


def is_code(text: str) -> bool:
    """Whether a text may be a permit code: other QR codes stand beside it on many papers."""
    try:
        return bool(code_in(text))
    except InvalidRequest:
        return False


def fits(page: str, code: bytes) -> bool:
    """Whether the address fits into the largest QR code."""
    digits = len(to_digits(code))
    numeric = _NUMERIC_SEGMENT_BITS + digits // 3 * 10 + (0, 4, 7)[digits % 3]
    return _BYTE_SEGMENT_BITS + 8 * len(f"{page}#".encode()) + numeric <= _LARGEST_BITS
