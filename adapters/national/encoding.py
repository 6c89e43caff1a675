"""Encodings of spreadsheets that are not UTF-8, by name, with the way to UTF-8."""

import codecs

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE_BYTES = 400


def utf_16(beginning: bytes) -> bool:
    """Whether a file is UTF-16, by its mark, or by the NUL in each Latin letter."""
    sample = beginning[:_SAMPLE_BYTES]
    return sample.startswith(_MARKS) or sample.count(b"\0") * 3 > len(sample)


def to_utf_8(encoding: str) -> str:
    """The expectation for a file in another encoding: UTF-8, and how to get there."""
    return (
        f'text in UTF-8: save it as "CSV UTF-8", or convert it: `iconv -f {encoding} -t UTF-8 FILE'
        " > NEW`"
    )


UTF_16 = ("The file is UTF-16, which spreadsheets call Unicode text.", to_utf_8("UTF-16"))
"""What is wrong with a file in UTF-16, and what is expected."""

NOT_UTF_8 = to_utf_8("WINDOWS-1252") + "; it looks like Windows-1252 (cp1252, ANSI)"
"""The expectation where single bytes are not UTF-8."""
