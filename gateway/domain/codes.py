"""Code lists and wording of the boxes, with names in English, French, Spanish and Portuguese.

The lists are data files in `codelists/` (their ORIGIN.md names the sources). A permit keeps a code
as written, known or not, so that nothing is lost; the rules judge unknown codes.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal, Protocol

Language = Literal["english", "french", "spanish", "portuguese"]
CodeListName = Literal[
    "purposes", "sources", "appendices", "units", "terms", "countries", "supporting_documents"
]


class RuleFinding(Protocol):
    """Finding of a rule, as `gateway.domain.rules.finding` has it: it needs these codes."""

    @property
    def rule(self) -> str:
        """Id of the rule (`F04`)."""

    def text(self, language: Language = "english") -> str:
        """Return the sentence for a person."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a list with its name in the three languages of the Convention.

    portuguese: for the pages of customs officers; empty in lists that they do not show.
    """

    code: str
    english: str
    french: str
    spanish: str
    portuguese: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names in all languages that it has."""
        return tuple(filter(None, (self.english, self.french, self.spanish, self.portuguese)))

    def name(self, language: Language = "english") -> str:
        """Return the name in a language; in English where there is no Portuguese."""
        by_language: dict[Language, str] = {
            "english": self.english,
            "french": self.french,
            "spanish": self.spanish,
            "portuguese": self.portuguese or self.english,
        }
        return by_language[language]


@dataclass(frozen=True, slots=True)
class DocumentType(Code):
    """A type of permit or certificate.

    letter: E export, R re-export, I import, O other, as box 1 shows it.
    months: longest validity from the day of issue; None where no text fixes it.
    multi_use: stays with the holder and collects endorsements.  endorsed: customs fill box 14 at
    export.
    issuer_imports: customs of the issuing country count the goods when they enter, not when they
    leave: import permits, and introduction from the sea.
    Source: 50 CFR 23.20, 23.23, 23.27, 23.54; Reg. (EC) 865/2006; wire contract, section 5.
    """

    letter: str
    months: int | None
    multi_use: bool
    endorsed: bool
    issuer_imports: bool


@dataclass(frozen=True, slots=True)
class Source(Code):
    """A source code of box 10.

    kingdom: `Animalia` or `Plantae` where the source exists in that kingdom only.
    appendices: for which it may be used.
    needs_second, allows_second: whether another source must, or may, stand beside it.
    Source: 50 CFR 23.24; UNEP-WCMC source rules.
    """

    kingdom: str | None
    appendices: frozenset[str]
    needs_second: bool
    allows_second: bool


def _rows(name: str) -> list[dict[str, str]]:
    return _read(resources.files(__package__).joinpath("codelists", f"{name}.csv"))


def _read(file: Traversable) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def names_of(row: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Return the names of a row as `Code` takes them; not each list has a Portuguese column."""
    return row["english"], row["french"], row["spanish"], row.get("portuguese", "")


def _code(row: dict[str, str]) -> Code:
    return Code(row["code"], *names_of(row))


@cache
def code_list(name: CodeListName) -> dict[str, Code]:
    """Return a list by code. The lists hold a few hundred rows at most."""
    return {row["code"]: _code(row) for row in _rows(name)}


def code_name(name: CodeListName, code: str | None, language: Language = "english") -> str | None:
    """Return the name of a code, None where the list does not have it."""
    known = code_list(name).get(code or "")
    return known.name(language) if known else None


def catalogue(file: Traversable) -> dict[str, Code]:
    """Return texts by key, of a file with key, english, french, spanish and maybe portuguese."""
    return {row["key"]: Code(row["key"], *names_of(row)) for row in _read(file)}


@cache
def authority_countries() -> frozenset[str]:
    """Return the codes of countries and territories that may have a Management Authority.

    Left out are former countries, regions, and marks such as ZZ, introduction from the sea.
    """
    return frozenset(row["code"] for row in _rows("countries") if row["kind"] in ("iso", "kosovo"))


@cache
def form_wording() -> dict[str, Code]:
    """Return the printed words of the standard form by key.

    Source: Res. Conf. 12.3 (Rev.), Annex 2.
    """
    return catalogue(resources.files(__package__).joinpath("codelists", "form.csv"))


@cache
def summary_wording() -> dict[str, Code]:
    """Return the words of a summary on a foreign permit, and of its reasons, by key."""
    return catalogue(resources.files(__package__).joinpath("codelists", "summary.csv"))


@cache
def paper_wording() -> dict[str, Code]:
    """Return the words of a verdict on a permit code by key: its status, what it leaves open."""
    return catalogue(resources.files(__package__).joinpath("codelists", "paper.csv"))


@cache
def document_types() -> dict[str, DocumentType]:
    """Return all document types by code (`EXPORT`, `OWNERSHIP` ...)."""
    return {
        row["code"]: DocumentType(
            row["code"],
            *names_of(row),
            row["letter"],
            int(row["months"]) if row["months"] else None,
            row["multi_use"] == "yes",
            row["endorsed"] == "yes",
            row["issuer_counts_at"] == "import",
        )
        for row in _rows("document_types")
    }


def document_type(code: str) -> DocumentType:
    """Return a document type; an unknown code is OTHER."""
    types = document_types()
    return types.get(code, types["OTHER"])


def document_type_of(letter: str, name: str | None) -> str | None:
    """Return the code of the document type that box 1 shows.

    letter: E, R, I or O; None is returned for any other.
    name: tells the types of letter O apart, in any language of the lists.
    """
    of_letter = [each for each in document_types().values() if each.letter == letter]
    if letter != "O":
        return of_letter[0].code if of_letter else None
    wanted = " ".join((name or "").split()).casefold()
    named = (
        each.code
        for each in of_letter
        if wanted in {each.code.casefold(), *map(str.casefold, each.names)}
    )
    return next(named, "OTHER")


@cache
def _current_units() -> dict[str, str]:
    return {
        spelling: row["code"]
        for row in _rows("units")
        for spelling in (row["code"], row["older_code"], row["rec20"])
        if spelling
    }


@cache
def _measures() -> dict[str, tuple[str, Decimal]]:
    return {
        row["code"]: (row["base"], Decimal(row["factor"])) for row in _rows("units") if row["base"]
    }


@cache
def _counting_units() -> frozenset[str]:
    return frozenset(row["code"] for row in _rows("units") if row["counts"] == "yes")


@cache
def _packages() -> frozenset[str]:
    return frozenset(row["code"] for row in _rows("units") if row["package"] == "yes")


def current_unit(unit: str | None) -> str:
    """Return today's CITES code of a unit; unknown codes stay.

    `KIL`, an older code, is `KGM`; `TNE`, the code of UN/ECE Recommendation 20, is `TON`; no unit
    is `NAR`. `CTM` is a centimetre, as on permits; in Recommendation 20 it is a carat.
    """
    return _current_units().get(unit, unit) if unit else "NAR"


def measure_of(unit: str | None) -> tuple[str, Decimal]:
    """Return the dimension of a unit, and the factor to its base: `TON` is ("kg", 1000).

    Only metric units are converted into each other, all by powers of ten, so exactly. Each other
    unit is a dimension of its own: ten boxes are not ten specimens.
    """
    code = current_unit(unit)
    return _measures().get(code, (code, Decimal(1)))


def counts_specimens(unit: str | None) -> bool:
    """Whether amounts in this unit must be whole."""
    return current_unit(unit) in _counting_units()


def is_package(unit: str | None) -> bool:
    """Whether the unit is a case, bag or bottle, which no permit may use.

    Source: 50 CFR 23.23(c)(12).
    """
    return current_unit(unit) in _packages()


@cache
def _imperial_units() -> frozenset[str]:
    return frozenset(row["code"] for row in _rows("units") if row["metric"] == "no")


def is_imperial(unit: str | None) -> bool:
    """Whether the unit is a pound, foot or inch; a permit must be metric.

    Source: 50 CFR 23.23(c)(12).
    """
    return current_unit(unit) in _imperial_units()


@cache
def sources() -> dict[str, Source]:
    """Return all source codes of box 10 with their conditions."""
    return {
        row["code"]: Source(
            row["code"],
            *names_of(row),
            row["kingdom"] or None,
            frozenset(row["appendices"].split(";")),
            row["second_code"] == "required",
            row["second_code"] != "",
        )
        for row in _rows("sources")
    }


@cache
def _kingdoms_of_terms() -> dict[str, str]:
    return {row["code"]: row["kingdom"] for row in _rows("terms") if row["kingdom"]}


def kingdom_of_term(term: str | None) -> str | None:
    """Return `Animalia` (skins, tusks), `Plantae` (logs, bulbs), or None for shared terms."""
    return _kingdoms_of_terms().get(term or "")


@cache
def units_of_term(term: str) -> frozenset[str]:
    """Return the units in which a term is traded; empty for a term without pairs.

    Source: UNEP-WCMC pair list.
    """
    return frozenset(
        current_unit(row["unit"]) for row in _rows("term_units") if row["term"] == term
    )


@cache
def purposes_of_term(term: str) -> frozenset[str]:
    """Return the purposes for which a term is traded; empty for a term without pairs.

    Source: UNEP-WCMC pair list.
    """
    return frozenset(
        row["purpose"] for row in _rows("term_purposes") if row["term"] == term and row["purpose"]
    )


@cache
def mail_wording() -> dict[str, Code]:
    """Return the words of mails to other authorities by key."""
    return catalogue(resources.files(__package__).joinpath("codelists", "mail.csv"))
