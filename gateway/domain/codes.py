"""Which codes a box may hold and what they mean, in English, French and Spanish.

The lists are data files in `codelists/` (their ORIGIN.md names the sources). A permit keeps the code as written, known
or not, so that nothing is lost; the rules say what an unknown one means.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["english", "french", "spanish"]
CodeListName = Literal["purposes", "sources", "appendices", "units", "terms", "countries"]


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list with its name in the three languages of the Convention."""

    code: str
    english: str
    french: str
    spanish: str

    def name(self, language: Language = "english") -> str:
        """The name in one language."""
        return {"english": self.english, "french": self.french, "spanish": self.spanish}[language]


@dataclass(frozen=True, slots=True)
class DocumentType(Code):
    """A kind of permit or certificate.

    letter: E export, R re-export, I import, O other, as box 1 shows it.
    months: longest validity from the day of issue; None where no text fixes one.
    multi_use: stays with the holder and collects endorsements.  endorsed: customs fill box 14 at export.
    Source: 50 CFR 23.20, 23.23, 23.27, 23.54; Reg. (EC) 865/2006; wire contract, section 5.
    """

    letter: str
    months: int | None
    multi_use: bool
    endorsed: bool


@dataclass(frozen=True, slots=True)
class Source(Code):
    """A source code of box 10.

    kingdom: `Animalia` or `Plantae` where the source exists in one only.  appendices: for which it may be used.
    needs_second, allows_second: whether another source must, or may, stand beside it.
    Source: 50 CFR 23.24; UNEP-WCMC source rules.
    """

    kingdom: str | None
    appendices: frozenset[str]
    needs_second: bool
    allows_second: bool


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath("codelists", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _code(row: dict[str, str]) -> Code:
    return Code(row["code"], row["english"], row["french"], row["spanish"])


@cache
def code_list(name: CodeListName) -> dict[str, Code]:
    """A whole list by code. The lists hold a few hundred rows at most."""
    return {row["code"]: _code(row) for row in _rows(name)}


def code_name(name: CodeListName, code: str | None, language: Language = "english") -> str | None:
    """What a code means, None where the list does not know it."""
    known = code_list(name).get(code or "")
    return known.name(language) if known else None


@cache
def document_types() -> dict[str, DocumentType]:
    """All document types by code (`EXPORT`, `OWNERSHIP` ...)."""
    return {
        row["code"]: DocumentType(
            row["code"], row["english"], row["french"], row["spanish"], row["letter"],
            int(row["months"]) if row["months"] else None, row["multi_use"] == "yes", row["endorsed"] == "yes",
        )
        for row in _rows("document_types")
    }  # fmt: skip


def document_type(code: str) -> DocumentType:
    """One document type; a code we do not know is OTHER."""
    types = document_types()
    return types.get(code, types["OTHER"])


def document_type_of(letter: str, name: str | None) -> str | None:
    """Code of the type that box 1 shows: by letter, and for letter O by its name in any of the three languages.

    None for a letter that is not E, R, I or O.
    """
    of_letter = [kind for kind in document_types().values() if kind.letter == letter]
    if letter != "O":
        return of_letter[0].code if of_letter else None
    wanted = " ".join((name or "").split()).casefold()
    named = (kind.code for kind in of_letter if wanted in {kind.code.casefold(), *map(str.casefold, _names(kind))})
    return next(named, "OTHER")


def _names(code: Code) -> tuple[str, str, str]:
    return code.english, code.french, code.spanish


@cache
def _current_units() -> dict[str, str]:
    return {
        spelling: row["code"] for row in _rows("units") for spelling in (row["code"], row["older_code"]) if spelling
    }


@cache
def _counting_units() -> frozenset[str]:
    return frozenset(row["code"] for row in _rows("units") if row["counts"] == "yes")


@cache
def _packages() -> frozenset[str]:
    return frozenset(row["code"] for row in _rows("units") if row["package"] == "yes")


def current_unit(unit: str | None) -> str:
    """Today's code of a unit: `KIL` is `KGM`, none at all is `NAR`; an unknown one stays as it is."""
    return _current_units().get(unit, unit) if unit else "NAR"


def counts_specimens(unit: str | None) -> bool:
    """Whether amounts in this unit must be whole."""
    return current_unit(unit) in _counting_units()


def is_package(unit: str | None) -> bool:
    """Whether the unit is a case, bag or bottle, which no permit may use. Source: 50 CFR 23.23(c)(12)."""
    return current_unit(unit) in _packages()


@cache
def _imperial_units() -> frozenset[str]:
    return frozenset(row["code"] for row in _rows("units") if row["metric"] == "no")


def is_imperial(unit: str | None) -> bool:
    """Whether the unit is a pound, foot or inch where a permit must be metric. Source: 50 CFR 23.23(c)(12)."""
    return current_unit(unit) in _imperial_units()


@cache
def sources() -> dict[str, Source]:
    """All source codes of box 10 with what the texts say about them."""
    return {
        row["code"]: Source(
            row["code"], row["english"], row["french"], row["spanish"], row["kingdom"] or None,
            frozenset(row["appendices"].split(";")), row["second_code"] == "required", row["second_code"] != "",
        )
        for row in _rows("sources")
    }  # fmt: skip


@cache
def _kingdoms_of_terms() -> dict[str, str]:
    return {row["code"]: row["kingdom"] for row in _rows("terms") if row["kingdom"]}


def kingdom_of_term(term: str | None) -> str | None:
    """`Animalia` for skins and tusks, `Plantae` for logs and bulbs, None for terms that both kingdoms share."""
    return _kingdoms_of_terms().get(term or "")


@cache
def units_of_term(term: str) -> frozenset[str]:
    """Units in which a term is traded; empty for a term without pairs. Source: UNEP-WCMC pair list."""
    return frozenset(current_unit(row["unit"]) for row in _rows("term_units") if row["term"] == term)


@cache
def purposes_of_term(term: str) -> frozenset[str]:
    """Purposes for which a term is traded; empty for a term without pairs. Source: UNEP-WCMC pair list."""
    return frozenset(row["purpose"] for row in _rows("term_purposes") if row["term"] == term and row["purpose"])
