"""Translation tables: words of a source become codes.

Tables that are there hold the codes and their names in English, French and Spanish, from the code
lists. A table of the same name in a description adds words to one, or replaces a word's code.
"""

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from adapters.national.values import UnexpectedValue
from gateway.domain.codes import Code, CodeListName, code_list, document_types
from gateway.domain.white_space import collapsed
from gateway.settings.national.model import BUILT_IN_WORDS

_FURTHER_NAMES: Mapping[str, Mapping[str, str]] = {
    "units": {
        "kg": "KGM", "kgs": "KGM", "kilo": "KGM", "kilos": "KGM", "g": "GRM", "gr": "GRM",
        "t": "TON", "l": "LTR", "lt": "LTR", "ml": "MLT", "mg": "MGM", "m": "MTR", "cm": "CTM",
        "m3": "MTQ", "m³": "MTQ", "cbm": "MTQ", "m2": "MTK", "m²": "MTK", "cm3": "CMQ",
        "specimens": "NAR", "specimen": "NAR", "heads": "NAR", "nos": "NAR", "pcs": "NAR",
    },
    "document_types": {
        "export": "EXPORT", "exportation": "EXPORT", "exportación": "EXPORT",
        "re-export": "REEXPORT", "reexport": "REEXPORT", "réexportation": "REEXPORT",
        "reexportación": "REEXPORT", "import": "IMPORT", "importation": "IMPORT",
        "importación": "IMPORT",
    },
    "purposes": {"commerce": "T", "trade": "T", "zoo": "Z", "hunting trophy": "H", "medical": "M",
        "personal use": "P", "education": "E", "research": "S"},
    "sources": {"wild": "W", "captive bred": "C", "captive-bred": "C", "ranched": "R",
        "artificially propagated": "A", "pre-convention": "O", "unknown": "U"},
    "appendices": {"1": "I", "2": "II", "3": "III"},
}  # fmt: skip
"""Usual words of exports. `pcs` means pieces or specimens, so a description says which."""

_SHORTEST_NEAR = 5
"""Letters of a word that is compared by its spelling."""


@dataclass(frozen=True, slots=True)
class WordTable:
    """A translation table. words: folded word -> code.  codes: of the code list."""

    name: str
    words: Mapping[str, str]
    codes: frozenset[str] = frozenset()

    def code(self, text: str) -> str:
        """The code of a word; a code means itself. Raises UnexpectedValue for an unknown word."""
        found = self.words.get(folded(text)) or (text if text in self.codes else None)
        if found is None:
            near = self.near(text)
            hint = f", perhaps one that means {near}" if near else ""
            raise UnexpectedValue(f"a word of the translation table {self.name}{hint}")
        return found

    def near(self, text: str) -> str | None:
        """The code of the word that is spelled most alike, or that begins with the text."""
        word = folded(text)
        if len(word) < _SHORTEST_NEAR:
            return None
        begin = [known for known in self.words if known.startswith(word)]
        close = begin or difflib.get_close_matches(word, list(self.words), n=1, cutoff=0.75)
        return self.words[close[0]] if close else None


def folded(text: str) -> str:
    """A word without regard to capital letters, accents and repeated spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return collapsed(bare.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).casefold()


def word_table(name: str, own: Mapping[str, Mapping[str, str]]) -> WordTable:
    """A table by name. own: tables of the description."""
    further = {folded(word): code for word, code in own.get(name, {}).items()}
    if name not in BUILT_IN_WORDS:
        return WordTable(name, further)
    return WordTable(name, {**_built_in(name), **further}, frozenset(_codes(name)))


def _codes(name: str) -> Mapping[str, Code]:
    if name == "document_types":
        return document_types()
    return code_list(cast(CodeListName, name))


@cache
def _built_in(name: str) -> Mapping[str, str]:
    """Words that mean one code only."""
    meanings: dict[str, set[str]] = {}
    for code in _codes(name).values():
        for word in (code.code, code.english, code.french, code.spanish):
            meanings.setdefault(folded(word), set()).add(code.code)
    for word, meant in _FURTHER_NAMES.get(name, {}).items():
        meanings.setdefault(folded(word), set()).add(meant)
    return {word: next(iter(meant)) for word, meant in meanings.items() if len(meant) == 1}
