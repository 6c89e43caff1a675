"""Languages of the pages: English, French, Spanish, Portuguese, from gettext catalogues.

The key of a catalogue is the English sentence. Babel reads the text of a catalogue when a process
starts, so that no compiled file can differ from it.

Each area of pages names its languages, and its pages come in no other: a page is never half
translated. Portuguese is for what a customs officer sees.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from importlib import resources

from babel.core import negotiate_locale
from babel.dates import format_datetime
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment

from gateway.domain.people.sentence import Sentence
from gateway.web.people.static_files import ADDRESSES
from gateway.web.rendering import Message, new_environment

LANGUAGES = {"en": "English", "fr": "Français", "es": "Español", "pt": "Português"}
"""Tag -> name in the language itself."""
OF_THE_CONVENTION = ("en", "fr", "es")
"""Languages of every area."""
OF_OFFICERS = tuple(LANGUAGES)
"""Languages of the areas that a customs officer uses."""
_LOCALES = {"pt": "pt_PT"}
"""Locale of dates, where the one of the language alone is of another country (Brazil)."""

_MOST_TAGS = 10


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of a language other than English: of all areas, each with a file of its own."""
    whole = Catalog(locale=language)
    folder = resources.files("gateway.web").joinpath("catalogues", language)
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                whole[message.id] = message
    return whole


def said(sentence: Sentence, language: str) -> str:
    """A sentence in a language."""
    values = {
        name: said(value, language) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return _gettext(language)(sentence.template).format_map(values)


def moment(value: datetime, language: str) -> str:
    """A moment as the language writes it, in UTC."""
    return f"{format_datetime(value, 'medium', locale=_LOCALES.get(language, language))} UTC"


def preferred(accepted: str, offered: Sequence[str] = OF_OFFICERS) -> str:
    """The language that a browser prefers, of those offered. accepted: header Accept-Language."""
    weighted = [_weighted(part) for part in accepted.split(",")[:_MOST_TAGS]]
    tags = [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]
    return negotiate_locale(tags, list(offered), sep="-") or "en"


def rendered_in(template: str, language: str, values: dict[str, object]) -> Message:
    """A template with its values, in a language."""
    return Message(_environment(language).get_template(template).render(values).strip())


def _weighted(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";q=")
    try:
        return float(weight or 1), tag.strip()
    except ValueError:
        return 0.0, tag.strip()


@cache
def _gettext(language: str) -> Callable[[str], str]:
    if language == "en":
        return str
    texts = {
        message.id: message.string
        for message in catalogue(language)
        if isinstance(message.id, str) and isinstance(message.string, str) and message.string
    }
    return lambda text: texts.get(text, text)


@cache
def _environment(language: str) -> Environment:
    # Not an overlay: overlays share filters and globals, and each language has its own.
    made = new_environment()
    made.add_extension("jinja2.ext.i18n")
    made.policies["ext.i18n.trimmed"] = True
    gettext = _gettext(language)
    # No sentence of the pages depends on a number.
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, lambda one, many, number: gettext(one if number == 1 else many), newstyle=True
    )
    made.globals["language"] = language
    made.globals["files"] = ADDRESSES
    made.filters["said"] = lambda sentence: said(sentence, language)
    made.filters["moment"] = lambda value: moment(value, language)
    return made
