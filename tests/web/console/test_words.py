"""Words of the console: each kind of alert and each use of a key has its own, in each language."""

import pytest

from gateway.crypto.keys.purposes import USES, Purpose
from gateway.domain.errors import InvalidRequest, QuantityInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.quantity import amount
from gateway.exchange.alerts import conditions
from gateway.exchange.alerts.alert import AlertKind
from gateway.exchange.journal.explaining.advice import Actor
from gateway.exchange.ports import Direction
from gateway.web.console.words import ACTORS, ALERTS, DIRECTIONS
from gateway.web.people.languages import said
from tests.web.catalogues import ROOT

IN_ENGLISH = {"configuration.html": 2, "keys.html": 1}
"""Templates with texts of errors and checks, as log and commands have them, and how many."""


def test_each_kind_has_its_words() -> None:
    assert ALERTS.keys() == set(AlertKind)
    assert USES.keys() == set(Purpose)
    assert ACTORS.keys() == set(Actor)
    assert DIRECTIONS.keys() == set(Direction)


def test_a_page_marks_no_other_text_as_english() -> None:
    found = {
        file.name: count
        for file in (ROOT / "web/templates/console").iterdir()
        if (count := file.read_text().count('lang="en"'))
    }
    assert found == IN_ENGLISH


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "partner za, CA of its server: CN=x ends in 8 days, on 2026-12-01"),
        (
            "fr",
            "partenaire za, autorité de certification de son serveur : CN=x expire dans 8 jours,"
            " le 2026-12-01",
        ),
        (
            "es",
            "socio za, autoridad de certificación de su servidor: CN=x caduca en 8 días, el"
            " 2026-12-01",
        ),
    ],
)
def test_a_sentence_within_a_sentence_is_in_the_same_language(language: str, text: str) -> None:
    whose = Sentence(
        "partner {partner}, {use}", {"partner": "za", "use": Sentence("CA of its server")}
    )
    values = {"use": whose, "subject": "CN=x", "days": 8, "day": "2026-12-01"}
    sentence = Sentence("{use}: {subject} ends in {days} days, on {day}", values)
    assert said(sentence, language) == text


def test_a_brace_in_text_of_others_is_no_value() -> None:
    (alert,) = conditions.disks([("{share}%(x)s", 0.0)], 0.1)
    assert said(alert.sentence, "fr") == "le disque de {share}%(x)s n’a plus que 0.0% de libre"


def test_an_error_has_the_same_text_for_the_wire_and_words_for_pages() -> None:
    with pytest.raises(QuantityInvalid, match="at most 15 digits, 6 of them") as refused:
        amount("1234567890123456")
    assert said(refused.value.words, "es").startswith("Una cantidad tiene como máximo 15 cifras")
    plain = InvalidRequest("{text} of others")
    assert said(plain.words, "fr") == plain.text == str(plain) == "{text} of others"
