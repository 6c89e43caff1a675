"""Keys of earlier configurations: each gets the ordinary message of an unknown key."""

from pathlib import Path

import pytest

from gateway.settings import settings_problems

FORMER_KEYS = [
    # table of conf/gateway.toml, former key, a value it had
    ("journal", "questions_wait_for_disk", "true"),
    ("journal", "quiet_head_minutes", "60"),
    ("outbox", "look_every_seconds", "2.0"),
    ("outbox", "at_once_per_partner", "4"),
    ("outbox", "first_wait_seconds", "2.0"),
    ("outbox", "longest_wait_seconds", "3600.0"),
    ("outbox", "rest_seconds", "15.0"),
]


@pytest.mark.parametrize(("table", "key", "value"), FORMER_KEYS)
def test_a_former_key_is_unknown_and_named_with_file_and_line(
    directory: Path, table: str, key: str, value: str
) -> None:
    file = directory / "conf/gateway.toml"
    text = file.read_text(encoding="utf-8") + f"\n[{table}]\n{key} = {value}\n"
    file.write_text(text, encoding="utf-8")
    line = len(text.splitlines())
    (problem,) = settings_problems(directory, {})
    assert (problem.file, problem.line) == ("conf/gateway.toml", line)
    assert problem.key == f"{table}.{key}"
    assert problem.text.startswith(
        f"conf/gateway.toml, line {line}: {table}.{key} is not a key that is known here"
    )


@pytest.mark.parametrize(("table", "key", "value"), FORMER_KEYS)
def test_a_variable_of_a_former_key_is_unknown_and_named(
    directory: Path, table: str, key: str, value: str
) -> None:
    variable = f"EPIX_{table}__{key}".upper()
    (problem,) = settings_problems(directory, {variable: value})
    assert (problem.file, problem.line, problem.key) == (variable, None, f"{table}.{key}")
    assert problem.text.startswith(
        f"Environment variable {variable}: {table}.{key} is not a key that is known here"
    )


@pytest.mark.parametrize(
    ("added", "place"),
    [
        ('sees = "named"\n', "partner[2].sees"),
        ('[[partner.access]]\nauthority = "MZ/ANAC"\nsees = "all"\n', "partner[2].access[1].sees"),
    ],
)
def test_a_former_key_of_a_partner_is_unknown_and_named_with_file_and_line(
    directory: Path, added: str, place: str
) -> None:
    file = directory / "conf/partners.toml"
    text = file.read_text(encoding="utf-8") + added
    file.write_text(text, encoding="utf-8")
    line = len(text.splitlines())
    (problem,) = settings_problems(directory, {})
    assert (problem.file, problem.line, problem.key) == ("conf/partners.toml", line, place)
    assert problem.text.startswith(
        f"conf/partners.toml, line {line}: {place} is not a key that is known here"
    )


def test_a_partner_has_no_variables(directory: Path) -> None:
    (problem,) = settings_problems(directory, {"EPIX_PARTNER__SEES": "all"})
    assert "stands for no setting" in problem.text
