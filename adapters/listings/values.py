"""Values of reference files: text in, domain value out; an error says what was expected."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from gateway.domain.codes import CodeListName, code_list, current_unit
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.references.periods import Codes
from gateway.domain.references.taxa import RANKS
from gateway.domain.white_space import collapsed, trimmed

ANY = "All"
"""How the lists write that a row is limited to no code."""
OPEN_ENDED = "Present"
"""How the lists write that a row has no last day."""

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLASHED_DAY = re.compile(r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})")
_YEARS = range(1800, 2201)
_NUMBER = re.compile(r"[0-9]{1,9}")
_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_SUMMARY = re.compile(r"(?:I|II|III|NC)(?:/(?:I|II|III|NC))*")
_MARKUP = re.compile(r"</?(?:br|b|em|i|p|strong|sub|sup|u)\s*/?>", re.IGNORECASE)
_MAX_NAME = 200
_MAX_TEXT = 20_000
_BRACKET = "("
"""Begins a limit that is stated in words."""


class UnexpectedValue(Exception):
    """A value that a column cannot hold. expected: a valid value, in words."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def name(text: str) -> str:
    """A name on one line in which each character is seen."""
    if not text or len(text) > _MAX_NAME or first_unsafe(text) is not None:
        raise UnexpectedValue(f"a name of 1 to {_MAX_NAME} characters, all of them seen")
    return collapsed(text)


def words(text: str) -> str:
    """A text in words, on one line; may be empty."""
    if len(text) > _MAX_TEXT:
        raise UnexpectedValue(f"a text of at most {_MAX_TEXT} characters")
    return collapsed(text)


def notes(text: str) -> str:
    """A text in words, without the marks of HTML that notes of Species+ have."""
    return words(_MARKUP.sub(" ", text))


def taxon_id(text: str) -> int:
    """The id of a taxon: a whole number above zero."""
    if not _NUMBER.fullmatch(text) or not int(text):
        raise UnexpectedValue("the number of a taxon, such as 6047")
    return int(text)


def optional_taxon_id(text: str) -> int | None:
    """The id of a taxon, or nothing for all taxa."""
    return taxon_id(text) if text else None


def rank(text: str) -> str:
    """A rank, as Species+ writes it."""
    return _one_of(text.upper(), RANKS)


def appendix(text: str) -> str:
    """An Appendix: I, II or III."""
    return _one_of(text, ("I", "II", "III"))


def summary(text: str) -> str:
    """Appendices of a taxon as a list of taxa sums them up; may be empty."""
    if text and not _SUMMARY.fullmatch(text):
        raise UnexpectedValue("I, II, III or NC, several with / between them")
    return text


def day(text: str) -> date:
    """A day: `2019-11-26`, or day first, `26/11/2019`."""
    slashed = _SLASHED_DAY.fullmatch(text)
    try:
        if slashed:
            found = date(int(slashed["year"]), int(slashed["month"]), int(slashed["day"]))
        elif _ISO_DAY.fullmatch(text):
            found = date.fromisoformat(text)
        else:
            raise ValueError(text)
    except ValueError:
        raise UnexpectedValue("a day such as 2019-11-26 or 26/11/2019") from None
    if found.year not in _YEARS:
        raise UnexpectedValue(f"a day from {_YEARS[0]} to {_YEARS[-1]}")
    return found


def last_day(text: str) -> date | None:
    """A last day; nothing, or `Present`, where there is none."""
    return None if text in ("", OPEN_ENDED) else day(text)


def truth(text: str) -> bool:
    """True or False."""
    return _one_of(text.casefold(), ("true", "false")) == "true"


def country(text: str) -> str:
    """The code of a country."""
    if text not in code_list("countries"):
        raise UnexpectedValue("the code of a country, such as MZ")
    return text


def optional_country(text: str) -> str:
    """The code of a country; may be empty."""
    return country(text) if text else ""


def any_country(text: str) -> str:
    """The code of a country; empty for all of them, written `All`."""
    return "" if text == ANY else country(text)


def countries(text: str) -> frozenset[str]:
    """Codes of countries with ; between them; may be empty."""
    return frozenset(country(trimmed(part)) for part in text.split(";")) if text else frozenset()


def tags(text: str) -> tuple[str, ...]:
    """Words on a range State with ; between them; may be empty."""
    return tuple(name(trimmed(part)).casefold() for part in text.split(";")) if text else ()


def amount(text: str) -> Decimal:
    """A quota: a number, or -1 where the notes state it."""
    try:
        if not _AMOUNT.fullmatch(text):
            raise InvalidOperation
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-2)
    if found < 0 and found != -1:
        raise UnexpectedValue("a number such as 500 or 12.5, or -1 where the notes state it")
    return found.normalize() if found else Decimal(0)


def unit(text: str) -> str | None:
    """A unit of the code list; empty for any, written `All`; None where the cell is empty."""
    if text in ("", ANY):
        return "" if text else None
    if current_unit(text) not in code_list("units"):
        raise UnexpectedValue("the code of a unit, such as KGM, or All")
    return current_unit(text)


def codes(text: str, of: CodeListName) -> Codes:
    """Codes with ; between them; `All` for any; None for an empty cell, or one that says it in
    words, in brackets."""
    if not text or text.startswith(_BRACKET):
        return None
    if text == ANY:
        return frozenset()
    return frozenset(code(trimmed(part), of) for part in text.split(";"))


def code(text: str, of: CodeListName) -> str:
    """A code of a list."""
    if text not in code_list(of):
        raise UnexpectedValue(f"codes of the list of {of} with ; between them, or All")
    return text


def in_brackets(text: str) -> str:
    """The words of a limit that is stated in words; empty where it is stated in codes."""
    return words(text.strip("()")) if text.startswith(_BRACKET) else ""


def decision(text: str) -> str:
    """A decision of the European Union: a word in capital letters."""
    if not re.fullmatch(r"[A-Z_]{1,40}", text):
        raise UnexpectedValue("SUSPENSION, NEGATIVE_OPINION, POSITIVE_OPINION or NO_OPINION")
    return text


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise UnexpectedValue(f"one of {', '.join(allowed)}")
    return text
