"""Wording of the form and around it: each key once, in each language, and in use."""

import csv
import re
from pathlib import Path

import pytest

from gateway.cli.views.words import LanguageTag, words
from gateway.domain.codes import form_wording, paper_wording
from gateway.domain.credential.verdict import CredentialStatus
from gateway.domain.paper.verdict import PaperStatus, Unknown
from gateway.domain.rules import Severity
from gateway.domain.verdict import SealStatus
from tests.contract import sources

FILES = (
    Path("gateway/domain/codelists/form.csv"),
    Path("gateway/domain/codelists/paper.csv"),
    Path("gateway/cli/views/words.csv"),
    Path("gateway/web/check/words.csv"),
)
WITHOUT_PORTUGUESE = (Path("gateway/cli/views/words.csv"),)
"""Portuguese is for the pages of customs officers."""
PLACE = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_key_stands_once_and_has_a_text_in_each_language(file: Path) -> None:
    with (sources.ROOT / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 15
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        languages = ["english", "french", "spanish"]
        if file not in WITHOUT_PORTUGUESE:
            languages.append("portuguese")
        assert list(row) == ["key", *languages]
        texts = [row[language] for language in languages]
        assert all(text and text == text.strip() for text in texts), row
        assert len({frozenset(PLACE.findall(text)) for text in texts}) == 1, row


@pytest.mark.slow
def test_every_key_is_used() -> None:
    folders = ("gateway/cli", "gateway/domain/form")
    views = [file for file in sources.files() if any(map(file.is_relative_to, folders))]
    used = {word for file in views for word in re.findall(r'["\'](\w+)["\']', sources.text(file))}
    of_seals = {key for status in SealStatus for key in (status.value, f"{status}_headline")}
    of_findings = {f"severity_{severity}" for severity in Severity}
    of_papers = {f"paper_{status}" for status in PaperStatus}
    of_papers |= {f"paper_unknown_{each}" for each in Unknown}
    of_credentials = {f"credential_{status}" for status in CredentialStatus}
    assert of_seals | of_findings | of_credentials <= set(words())
    assert of_papers <= set(paper_wording())
    every = set(words()) | set(form_wording()) | set(paper_wording())
    assert every <= used | of_seals | of_findings | of_papers | of_credentials


def test_every_language_has_a_tag() -> None:
    text = words()["blank"]
    named = {tag.value: text.name(tag.language) for tag in LanguageTag}
    assert named == {"en": text.english, "fr": text.french, "es": text.spanish}
