"""Catalogues of the pages for people: each sentence in each language, with the same values."""

import re

import pytest

from gateway.web.people.languages import (
    LANGUAGES,
    OF_OFFICERS,
    OF_THE_CONVENTION,
    catalogue,
    preferred,
)
from tests.web.catalogues import folders_whose_area_names, officers_sentences, sentences

OTHERS = [language for language in LANGUAGES if language != "en"]
VALUE = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.mark.slow
def test_the_sentences_of_templates_and_program_are_found() -> None:
    found = sentences()
    assert found["Sign out"].startswith("web/templates/people/layout.html")
    assert found["Customs officer"].startswith("web/people/words.py")


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
def test_each_sentence_is_translated_and_no_other_is(language: str) -> None:
    known = {message.id: message for message in catalogue(language) if message.id}
    needed = {
        text: where
        for text, where in sentences().items()
        if language in OF_THE_CONVENTION or text in officers_sentences()
    }
    missing = [f"{where}: {text}" for text, where in needed.items() if text not in known]
    assert not missing
    assert not known.keys() - needed.keys()
    assert not [text for text, message in known.items() if not message.string or message.fuzzy]


@pytest.mark.slow
def test_portuguese_is_offered_by_the_areas_whose_sentences_have_it() -> None:
    assert folders_whose_area_names("OF_OFFICERS") == {"customs", "mail_answers", "people"}
    assert set(OF_OFFICERS) - set(OF_THE_CONVENTION) == {"pt"}


def test_a_page_comes_in_a_language_of_its_area() -> None:
    assert preferred("pt-MZ, fr;q=0.5") == "pt"
    assert preferred("pt-MZ, fr;q=0.5", OF_THE_CONVENTION) == "fr"
    assert preferred("pt", OF_THE_CONVENTION) == "en"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_sentence(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            assert sorted(VALUE.findall(message.string)) == sorted(VALUE.findall(message.id))


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7", "fr"),
        ("de, es;q=0.5, fr;q=0.3", "es"),
        ("en;q=0.1, es;q=0.9", "es"),
        ("zh", "en"),
        (";q=x,,;q=,\x00, fr;q=nan" * 1000, "fr"),
    ],
)
def test_the_language_is_the_one_that_the_browser_prefers(accepted: str, language: str) -> None:
    assert preferred(accepted) == language
