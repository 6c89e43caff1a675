"""Pages for people in each language: no sentence of another language is left on any page."""

import re

import pytest

from gateway.web.people.languages import LANGUAGES, catalogue
from tests.web.people.conftest import Desk
from tests.web.people.visitor import Answer, Visitor

pytestmark = pytest.mark.slow

PATHS = (
    *("/", "/account", "/account/password", "/account/authenticator", "/acts", "/nothing"),
    *("/account/authenticator/remove", "/people", "/people/add", "/people/by-name/customs"),
)


def with_language(visitor: Visitor, language: str) -> Answer:
    visitor.get("/account")
    answer = visitor.post("/language", {"language": language, "next": "/account"})
    assert (answer.status, answer.headers["location"]) == (303, "/account")
    return visitor.get("/account")


@pytest.mark.long_haul  # test_catalogues.py has every sentence
def test_each_language_is_whole_whatever_was_asked_before(desk: Desk) -> None:
    visitor = desk.signed_in("administrator")
    seen: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for language in [*LANGUAGES, *LANGUAGES]:
        with_language(visitor, language)
        for path in PATHS:
            page = visitor.get(path)
            assert f'<html lang="{language}">' in page.text
            seen[language].append(page.text)
    for language in LANGUAGES:
        # Words that are the same in both are no mistake; long sentences never are.
        english = [
            message.id
            for message in catalogue("fr")
            if message.id and len(message.id) > 15 and "%" not in message.id
        ]
        found = {text for text in english for page in seen[language] if text in page}
        assert bool(found) is (language == "en"), found


@pytest.mark.parametrize("language", ["xx", "", "../en", "en\r\nX: y"])
def test_an_unknown_language_changes_nothing(desk: Desk, language: str) -> None:
    visitor = desk.signed_in("customs")
    assert "Your account" in with_language(visitor, language).words
    assert "__Host-epix-language" not in visitor.cookies


def test_a_visitor_is_answered_in_the_language_of_their_browser(desk: Desk) -> None:
    answer = desk.visitor().get("/sign-in", **{"accept-language": "es-MX,es;q=0.9"})
    assert "Iniciar sesión" in answer.words
    refused = desk.visitor()
    refused.get("/sign-in", **{"accept-language": "fr"})
    error = refused.post("/sign-in", {"name": "x", "password": "y"}, accept_language="fr")
    assert "n’est pas juste" in error.words
    assert re.search("<title>Erreur : Se connecter", error.text)
