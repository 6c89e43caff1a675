"""Fault pages: each fault that leaves the service has one, in words that are not of its inside."""

import re

import pytest
from lxml import html

from gateway.domain.errors import GatewayError
from gateway.soap.faults import FAULTS as RULES
from gateway.soap.faults import Side
from gateway.web.pages import ServicePages
from gateway.web.portal.fault_words import WORDS
from gateway.web.portal.faults import FAULTS
from tests.web.services import SANDBOX, source_of, text_of

PAGES = ServicePages(SANDBOX)
LEAVING = {(rule.shown_as or error): rule for error, rule in RULES.items()}
"""Errors under whose name a fault leaves, with a rule that it leaves by."""
INSIDE = re.compile(r"database|journal|class|module|exception|settings|our staff|spyne|lxml", re.I)


def test_every_fault_that_leaves_the_service_has_a_page_and_no_other_has() -> None:
    assert set(FAULTS) == {error.__name__ for error in LEAVING}
    text = text_of(PAGES, "/epix/faults")
    for code in FAULTS:
        assert f'href="/epix/faults/{code}"' in text


@pytest.mark.parametrize("error", LEAVING, ids=lambda error: error.__name__)
def test_a_page_says_side_and_retry_as_the_fault_does(error: type[GatewayError]) -> None:
    fault = FAULTS[error.__name__]
    assert fault.is_callers is (LEAVING[error].side is not Side.SERVER)
    page = html.fromstring(source_of(PAGES, f"/epix/faults/{fault.code}"))
    wire = "".join(page.xpath("//pre")[-1].itertext())
    assert f"<Retry>{error.retry.value}</Retry>" in wire


@pytest.mark.parametrize("code", WORDS)
def test_its_words_are_sentences_that_say_nothing_of_the_inside(code: str) -> None:
    for words in (WORDS[code].summary, WORDS[code].cause, WORDS[code].cure):
        assert words[0].isupper() and words.endswith(".")
        assert not INSIDE.search(words)
    docstring = (FAULTS[code].error.__doc__ or "").split("\n")[0]
    assert (
        docstring not in text_of(PAGES, f"/epix/faults/{code}") or docstring == WORDS[code].summary
    )
