"""White space: no room that reads messages trims or splits by Python's wider idea of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import sources

pytestmark = pytest.mark.slow

READING = (
    *("adapters", "gateway/soap", "gateway/partners", "gateway/crypto/ws_security"),
    *("gateway/crypto/permit_seal", "gateway/exchange/journal", "gateway/exchange/permits"),
    *("gateway/exchange/service/served_authorities.py", "gateway/domain/identifiers.py"),
    *("gateway/domain/permit", "gateway/cli/options.py", "gateway/cli/commands/journal"),
)


def bare(file: Path) -> Iterator[str]:
    """Calls of strip or split that name no characters."""
    for node in sources.nodes(file):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("strip", "lstrip", "rstrip", "split", "rsplit")
            and not node.args
            and not node.keywords
        ):
            yield f"{file}:{node.lineno}"


def test_white_space_is_named_wherever_values_of_others_are_read() -> None:
    read = [
        file for file in sources.files() if any(file.is_relative_to(place) for place in READING)
    ]
    assert len(read) > 50
    assert not [place for file in read for place in bare(file)]
