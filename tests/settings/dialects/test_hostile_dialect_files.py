"""Dialect files that are spoilt in any way: problems with their lines, never another error."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.settings.dialects.load import names, read_dialect
from tests.long_haul import repetitions

ROOT = Path(__file__).parents[3]
TEXTS = {
    name: (ROOT / f"conf/dialects/{name}.toml").read_text(encoding="utf-8") for name in names()
}
WRONG_LINES = ["[header]", "[[message]]", "style = []", "source = 5", "is = {", "a.b.c = 1", '"']
PIECES = st.one_of(st.text(max_size=30), st.sampled_from(WRONG_LINES))
ACTS = st.sampled_from(["drop", "double", "replace", "cut"])


def spoilt(text: str, act: str, at: int, piece: str) -> str:
    lines = text.splitlines()
    number = at % len(lines)
    match act:
        case "drop":
            del lines[number]
        case "double":
            lines.insert(number, lines[number])
        case "replace":
            lines[number] = piece
        case _:
            lines[number] = lines[number][: at % (len(lines[number]) + 1)]
    return "\n".join(lines) + "\n"


@pytest.mark.slow
@settings(
    max_examples=repetitions(short=50, long=150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(sorted(TEXTS)), ACTS, st.integers(0, 10_000), PIECES)
def test_a_spoilt_file_gives_a_dialect_or_problems(
    tmp_path: Path, name: str, act: str, at: int, piece: str
) -> None:
    folder = tmp_path / "conf/dialects"
    folder.mkdir(parents=True, exist_ok=True)
    text = spoilt(TEXTS[name], act, at, piece)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8", errors="replace")
    reading = read_dialect(name, tmp_path)
    assert (reading.dialect is None) == bool(reading.problems)
    for problem in reading.problems:
        assert problem.file == f"conf/dialects/{name}.toml"
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1
        assert problem.text.startswith(problem.file)
        assert "\n" not in problem.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 3_000, "nested too deeply|not TOML"),
        ("a" * 9_000 + " = 1", "has a line of more than 8000 characters"),
        ("", "message is missing"),
    ],
)
def test_a_file_made_to_be_costly_is_refused(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "conf/dialects"
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    problems = read_dialect("own", tmp_path).problems
    assert any(part in each.text for part in said.split("|") for each in problems)
