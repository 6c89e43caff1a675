r"""Foreign text: output encoding that keeps a value of somebody else on one line, seen as it is.

A certificate's subject, a file's name or a box of a permit may hold characters that end a line,
turn the direction of writing (trojan source), show nothing, or have no agreed form. Each of them is
written as an escape, such as `\u000A` or `\u202E`, so that no value can forge a line of ours or
pass for another value. All other characters stay as they are, those of every script included.

Two invisible characters belong to correct spelling: U+200C (ZERO WIDTH NON-JOINER) and U+200D (ZERO
WIDTH JOINER), in Persian, Hindi, Sinhala and other names. They stay where the contextual rules of
RFC 5892 allow them, and are escaped elsewhere.

Source: Unicode Standard, general categories (section 4.5) and Default_Ignorable_Code_Point
(section 5.21); RFC 5892, appendices A.1 and A.2; Unicode Technical Report 36, section 3.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import chain

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Control, format, unassigned, private use, surrogate, line separator, paragraph separator."""

_ZERO_WIDTH_NON_JOINER = "\u200c"
_ZERO_WIDTH_JOINER = "\u200d"
_VIRAMA = 9
"""Canonical combining class."""
_ADLAM_NASALIZATION = "\U0001e94b"
"""The only letter that is transparent to joining."""


class _CodePoints:
    """A set of code points, of ranges in hexadecimal: `41-5A 5F`, in ascending order."""

    def __init__(self, ranges: str) -> None:
        bounds = [part.partition("-") for part in ranges.split()]
        self._edges = list(
            chain.from_iterable(
                (int(first, 16), int(last or first, 16) + 1) for first, _, last in bounds
            )
        )

    def __contains__(self, character: str) -> bool:
        return bisect_right(self._edges, ord(character)) % 2 == 1


_INVISIBLE = _CodePoints("34F 115F-1160 17B4-17B5 180B-180F 3164 FE00-FE0F FFA0 E0100-E01EF")
"""Letters and marks that show nothing: Default_Ignorable_Code_Point outside of category Cf."""

_LEFT_JOINING = _CodePoints("A872 10ACD 10AD7 10D00 10ED9-10EEE 10FCB")
_DUAL_JOINING = _CodePoints(
    "620 626 628 62A-62E 633-63F 641-647 649-64A 66E-66F 678-687 69A-6BF 6C1-6C2 6CC 6CE"
    " 6D0-6D1 6FA-6FC 6FF 712-714 71A-71D 71F-727 729 72B 72D-72E 74E-758 75C-76A 76D-770 772"
    " 775-777 77A-77F 7CA-7EA 841-845 848 84A-853 855 860 862-865 868 886 889-88D 88F 8A0-8A9"
    " 8AF-8B0 8B3-8B8 8BA-8C8 1807 1820-1878 1887-18A8 18AA A840-A871 10AC0-10AC4 10AD3-10AD6"
    " 10AD8-10ADC 10ADE-10AE0 10AEB-10AEE 10B80 10B82 10B86-10B88 10B8A-10B8B 10B8D 10B90"
    " 10BAD-10BAE 10D01-10D21 10D23 10EC3-10EC4 10EC6-10EC7 10F30-10F32 10F34-10F44 10F51-10F53"
    " 10F70-10F73 10F76-10F81 10FB0 10FB2-10FB3 10FB8 10FBB-10FBC 10FBE-10FBF 10FC1 10FC4 10FCA"
    " 1E900-1E943"
)
_RIGHT_JOINING = _CodePoints(
    "622-625 627 629 62F-632 648 671-673 675-677 688-699 6C0 6C3-6CB 6CD 6CF 6D2-6D3 6D5"
    " 6EE-6EF 710 715-719 71E 728 72A 72C 72F 74D 759-75B 76B-76C 771 773-774 778-779 840"
    " 846-847 849 854 856-858 867 869-86A 870-882 88E 8AA-8AC 8AE 8B1-8B2 8B9 10AC5 10AC7"
    " 10AC9-10ACA 10ACE-10AD2 10ADD 10AE1 10AE4 10AEF 10B81 10B83-10B85 10B89 10B8C 10B8E-10B8F"
    " 10B91 10BA9-10BAC 10D22 10EC2 10F33 10F54 10F74-10F75 10FB4-10FB6 10FB9-10FBA 10FBD"
    " 10FC2-10FC3 10FC9"
)
"""Joining_Type of DerivedJoiningType.txt, Unicode 18."""


def one_line(text: str) -> str:
    r"""Return the text for people: on one line, unsafe characters as `\uXXXX` or `\UXXXXXXXX`.

    A backslash stays as it is, because names of certificates hold many (RFC 4514). So the result is
    for reading, not for decoding: a text that holds `\u202E` in letters looks the same.
    """
    return _replaced(text, escaped)


def first_unsafe(text: str) -> int | None:
    """Return the index of the first unsafe character, line feeds and tabs apart; None: none."""
    if text.isascii() and text.isprintable():
        return None
    unsafe = (at for at, each in enumerate(text) if each not in "\n\t" and not _is_safe(text, at))
    return next(unsafe, None)


def in_json(text: str) -> str:
    r"""Return a line of JSON with unsafe characters in its strings as escapes of JSON.

    A program that reads the JSON gets the value unchanged, lone surrogates included; a terminal or
    an editor that shows it is safe. Characters outside of strings are ASCII in JSON.
    Source: RFC 8259, section 7.
    """
    return _replaced(text, _escaped_in_json)


def escaped(character: str) -> str:
    r"""Return the escape of a character: `\u202E`, or `\U000E0001` above U+FFFF."""
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _escaped_in_json(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _replaced(text: str, escape: Callable[[str], str]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if _is_safe(text, at) else escape(character) for at, character in enumerate(text)
    )


def _is_safe(text: str, at: int) -> bool:
    character = text[at]
    if character == _ZERO_WIDTH_NON_JOINER:
        return _follows_virama(text, at) or _breaks_a_join(text, at)
    if character == _ZERO_WIDTH_JOINER:
        return _follows_virama(text, at)
    return unicodedata.category(character) not in _UNSAFE_CATEGORIES and character not in _INVISIBLE


def _follows_virama(text: str, at: int) -> bool:
    """Whether the character before is a virama. Source: RFC 5892, appendices A.1 and A.2."""
    return at > 0 and unicodedata.combining(text[at - 1]) == _VIRAMA


def _breaks_a_join(text: str, at: int) -> bool:
    """Whether letters on both sides would join without the character.

    Source: RFC 5892, appendix A.1. Cost is linear in the text: both searches end at the next
    U+200C at the latest.
    """
    before = _first_joining(text[place] for place in range(at - 1, -1, -1))
    after = _first_joining(text[place] for place in range(at + 1, len(text)))
    return (
        before is not None
        and after is not None
        and (before in _LEFT_JOINING or before in _DUAL_JOINING)
        and (after in _RIGHT_JOINING or after in _DUAL_JOINING)
    )


def _first_joining(characters: Iterator[str]) -> str | None:
    """The first character that is not transparent to joining, as combining marks are."""
    return next((each for each in characters if not _is_transparent(each)), None)


def _is_transparent(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me") or character == _ADLAM_NASALIZATION
