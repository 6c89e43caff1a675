"""White space of XML: space, tab, carriage return, line feed, and no other character.

`str.strip()` and `str.split()` also take no-break spaces, separators and control characters away,
so that two different identifiers became one. Identifiers are compared exactly: nothing but the
white space that XML allows around a value is trimmed.

Source: XML 1.0, section 2.3, production S.
"""

XML_WHITE_SPACE = " \t\r\n"

_REMOVED = str.maketrans("", "", XML_WHITE_SPACE)
_SEPARATORS = str.maketrans(dict.fromkeys(XML_WHITE_SPACE, " "))


def trimmed(text: str) -> str:
    """Return the text without outer white space of XML."""
    return text.strip(XML_WHITE_SPACE)


def collapsed(text: str) -> str:
    """Return the text as xs:token: no outer white space, a single space for each inner run."""
    if text.isprintable() and "  " not in text:  # most texts, which have spaces alone
        return text.strip(" ")
    return " ".join(part for part in text.translate(_SEPARATORS).split(" ") if part)


def removed(text: str) -> str:
    """Return the text without any white space of XML, as a reader of base64 wants it.

    In one pass: a list of the pieces would take many times the memory of the text.
    """
    return text.translate(_REMOVED)
