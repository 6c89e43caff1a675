"""Words around a permit and its seal, in English, French and Spanish.

The texts stand in `words.csv`; those printed on the form itself in `gateway.domain.codes`.
"""

from enum import StrEnum
from functools import cache
from importlib import resources

from gateway.domain.codes import Code, Language, catalogue


class LanguageTag(StrEnum):
    """Working language of the Convention, as it is typed: RFC 5646."""

    ENGLISH = "en"
    FRENCH = "fr"
    SPANISH = "es"

    @property
    def language(self) -> Language:
        """The language as the code lists name it."""
        names: dict[LanguageTag, Language] = {
            LanguageTag.ENGLISH: "english",
            LanguageTag.FRENCH: "french",
            LanguageTag.SPANISH: "spanish",
        }
        return names[self]


@cache
def words() -> dict[str, Code]:
    """Return every text by key."""
    return catalogue(resources.files(__package__).joinpath("words.csv"))


def word(key: str, language: Language, **values: object) -> str:
    """Return a text in a language. values: for its places in braces."""
    return words()[key].name(language).format(**values)
