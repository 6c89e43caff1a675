"""Environment variables that override settings: `EPIX_SERVER__LISTEN` sets `listen` of [server].

A value is read as TOML where it is a number, a boolean or a list; anything else is plain text.
"""

import tomllib
from collections.abc import Iterator, Mapping

PREFIX = "EPIX_"
NOT_SETTINGS = frozenset({"EPIX_DIR"})
"""Variables that belong to the command line."""


def _value(text: str) -> object:
    try:
        value = tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except tomllib.TOMLDecodeError:
        return text
    return value if isinstance(value, bool | int | float | list | str) else text


def overrides(environment: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...], object]]:
    """Every variable that begins with EPIX_: its name, the place it sets, and its value."""
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS:
            yield (
                variable,
                tuple(variable.removeprefix(PREFIX).lower().split("__")),
                _value(environment[variable]),
            )
