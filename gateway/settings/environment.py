"""Which settings the environment overrides: `EPIX_SERVER__LISTEN` stands for `listen` of [server].

A value is read as TOML where it is a number, a truth or a list; anything else is text as it stands.
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
    """Each variable that begins with EPIX_, with the place it stands for and its value."""
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS:
            yield variable, tuple(variable.removeprefix(PREFIX).lower().split("__")), _value(environment[variable])
