"""Docstrings in the words of the trade: modules say what they are, sentences have a subject."""

import ast
import re

import pytest

from tests.contract import sources

pytestmark = pytest.mark.slow

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
NO_SUBJECT = re.compile(
    r"(who|whom|whoever|whose|what|whatever|which|nobody|somebody|anybody|everybody"
    r"|one|those|others|each of them)\b",
    re.IGNORECASE,
)
"""How a sentence begins that does not say what it is about."""
SENTENCE_END = re.compile(r"(?<=[.:;!?])\s+")
MOST_WITHOUT_SUBJECT = 0.01

WORDS = {
    "rate limit": ["gateway/exchange/permits/guess_limit.py"],
    "group commit": ["gateway/serving/group_commit.py"],
    "side channel": ["gateway/soap/refusal_timing.py"],
    "timing attack": ["gateway/soap/refusal_timing.py"],
    "prepared statement": ["gateway/store/database/prepared.py"],
    "back-off": ["gateway/partners/retry.py", "gateway/settings/outbox.py"],
    "idempotent": ["gateway/exchange/permits/confirm.py"],
    "audit": [
        "gateway/exchange/journal/records/hold.py",
        "gateway/exchange/journal/records/timestamp.py",
        "gateway/exchange/permits/ledger_record.py",
    ],
    "FIFO": ["gateway/store/database/sqlite_writer.py"],
    "connection pool": ["gateway/store/database/engines.py"],
    "dead letter": ["gateway/exchange/outbox/deliver.py"],
    "replay cache": ["gateway/store/replay_cache.py"],
    "circuit breaker": ["gateway/partners/retry.py"],
    "advisory lock": ["gateway/store/database/locks.py"],
    "LRU": ["gateway/store/permits/document_cache.py"],
}
"""The word an auditor searches for -> the files where the thing is, each of which says the word."""


def docstrings() -> list[tuple[str, str]]:
    """Every docstring of the program, and where it stands."""
    return [
        (f"{file}:{getattr(node, 'lineno', 1)}", words)
        for file in sources.files()
        for node in sources.nodes(file)
        if isinstance(node, DOCUMENTED) and (words := ast.get_docstring(node))
    ]


def test_no_module_begins_with_a_question() -> None:
    asking = [
        str(file)
        for file in sources.files()
        if "?" in (ast.get_docstring(sources.tree(file)) or "").partition("\n\n")[0]
    ]
    assert not asking


def test_every_module_with_code_says_what_it_is() -> None:
    silent = [
        str(file)
        for file in sources.files()
        if sources.tree(file).body and not ast.get_docstring(sources.tree(file))
    ]
    assert not silent


def test_sentences_of_docstrings_have_a_subject() -> None:
    sentences = [
        (place, sentence.strip())
        for place, words in docstrings()
        for sentence in SENTENCE_END.split(words)
    ]
    vague = [
        f"{place} {sentence.splitlines()[0][:80]}"
        for place, sentence in sentences
        if NO_SUBJECT.match(sentence)
    ]
    assert len(vague) <= MOST_WITHOUT_SUBJECT * len(sentences), "\n".join(vague)


@pytest.mark.parametrize("word", WORDS)
def test_the_word_of_the_trade_stands_where_the_thing_is(word: str) -> None:
    written = re.compile(r"[\s-]+".join(map(re.escape, word.split())), re.IGNORECASE)
    without = [
        name
        for name in WORDS[word]
        if not written.search((sources.ROOT / name).read_text(encoding="utf-8"))
    ]
    assert not without
